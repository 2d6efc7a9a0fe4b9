-- What a file did to the ledger in a shadow run. A record is superseded without successor when no record in force has
-- its key any more. Reads: flag_before, child_before, record_before, ledger.flag, ledger.profile, ledger.entry,
-- conformed.source_record.
with child_now as (
    select profile.child_id, profile.residence_code, entry.county_code
    from ledger.profile as profile
    left join ledger.entry as entry on entry.child_id = profile.child_id and entry.left_date is null
),
flags as (
    select
        count(*) filter (where before.flag_id is null) as flags_opened,
        count(*) filter (where now_open.flag_id is null) as flags_closed
    from flag_before as before
    full join (select flag_id from ledger.flag where status = 'open') as now_open using (flag_id)
    where before.flag_id is null or now_open.flag_id is null
),
children as (
    select
        count(*) filter (where before.child_id is null) as children_new,
        count(*) filter (
            where before.child_id is not null
                and (before.residence_code, before.county_code)
                    is distinct from (child_now.residence_code, child_now.county_code)
        ) as children_moved
    from child_before as before
    full join child_now using (child_id)
),
records as (
    select count(*) as records_superseded
    from record_before as before
    where not exists (
        select 1
        from conformed.source_record as record
        where record.feed = before.feed
            and record.county_code = before.county_code
            and record.record_key = before.record_key
            and record.status = 'in_force'
    )
)
select flags_opened, flags_closed, children_new, children_moved, records_superseded
from flags, children, records;
