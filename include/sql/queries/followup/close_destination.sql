-- Address nothing more to a system. Writes: followup.destination.
update followup.destination
set closed_at = now()
where destination = :destination
    and url is not null
    and closed_at is null;
