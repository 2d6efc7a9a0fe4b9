-- Items that now stand in a county's list. Reads: listed. Writes: followup.item.
update followup.item as item
set state = 'delivered', delivered_at = coalesce(item.delivered_at, now())
from listed
where listed.item_id = item.item_id
    and item.state = 'queued';
