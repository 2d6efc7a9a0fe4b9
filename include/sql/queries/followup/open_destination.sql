-- A system to call from now on; a closed one of the name is opened again, and never for another county: it may be owed events
-- of its own. Writes: followup.destination.
insert into followup.destination (destination, url, county_code, opened_by)
select :destination, :url, :county_code, :actor
where CAST(:destination AS text) ~ '^[a-z][a-z0-9_-]*$'
    and CAST(:destination AS text) <> 'folders'
on conflict (destination) do update
set
    url = excluded.url,
    opened_by = excluded.opened_by,
    opened_at = now(),
    closed_at = null
where destination.closed_at is not null
    and destination.county_code is not distinct from excluded.county_code;
