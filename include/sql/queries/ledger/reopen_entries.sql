-- Entries that were closed on a withdrawn file, or because a file left the child without any record, and whose child
-- qualifies in that county and tier as before: the last one stands again as if it had never been closed. Reads: qualifying, conformed.source_record. Writes: ledger.entry.
with closed as (
    select distinct on (entry.child_id) entry.entry_id
    from ledger.entry as entry
    join qualifying using (child_id, county_code, tier)
    where entry.left_reason <> 'withdrawn'
        and (
            (entry.left_basis = '{}' and entry.left_reason = 'evidence_expired')
            or exists (
                select 1
                from conformed.source_record as record
                where record.source_record_id = any(entry.left_basis)
                    and record.status = 'withdrawn'
            )
        )
        and not exists (
            select 1
            from ledger.entry as standing
            where standing.child_id = entry.child_id
                and standing.left_date is null
        )
    order by entry.child_id, entry.left_date desc, entry.entry_id desc
)
update ledger.entry as entry
set left_date = null, left_reason = null, left_basis = '{}'
from closed
where entry.entry_id = closed.entry_id;
