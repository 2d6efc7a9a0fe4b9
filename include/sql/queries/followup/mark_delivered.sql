-- Items that now stand in a county's list. Writes: followup.item.
update followup.item
set state = 'delivered', delivered_at = coalesce(delivered_at, now())
where state = 'queued';
