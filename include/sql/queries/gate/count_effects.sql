-- What each of several files did to the ledger in one shadow run: a change to a child counts for every file that has a
-- record of that child, or set one aside. Reads: flag_before, child_before, record_before, ledger.flag, ledger.profile,
-- ledger.entry, conformed.source_record, identity.member, intake.receipt.
with wave as (
    select receipt_id, feed, county_code
    from intake.receipt
    where receipt_id = any (CAST(:receipt_ids AS bigint []))
),
set_aside as (
    select
        before.feed,
        before.county_code,
        before.child_id,
        not exists (
            select 1
            from conformed.source_record as record
            where record.feed = before.feed
                and record.county_code = before.county_code
                and record.record_key = before.record_key
                and record.status = 'in_force'
        ) as is_gone
    from record_before as before
    join conformed.source_record as now using (source_record_id)
    where now.status <> 'in_force'
),
touched as (
    select wave.receipt_id, member.child_id
    from wave
    join conformed.source_record as record using (receipt_id)
    join identity.member as member using (source_record_id)
    union
    select wave.receipt_id, set_aside.child_id
    from wave
    join set_aside using (feed, county_code)
    where set_aside.child_id is not null
),
child_now as (
    select profile.child_id, profile.residence_code, entry.county_code
    from ledger.profile as profile
    left join ledger.entry as entry on entry.child_id = profile.child_id and entry.left_date is null
),
change as (
    select
        coalesce(before.child_id, now_open.child_id) as child_id,
        case when before.flag_id is null then 'flags_opened' else 'flags_closed' end as effect
    from flag_before as before
    full join (select flag_id, child_id from ledger.flag where status = 'open') as now_open using (flag_id)
    where before.flag_id is null or now_open.flag_id is null
    union all
    select
        child_now.child_id,
        case when before.child_id is null then 'children_new' else 'children_moved' end as effect
    from child_now
    left join child_before as before using (child_id)
    where before.child_id is null
        or (before.residence_code, before.county_code)
            is distinct from (child_now.residence_code, child_now.county_code)
),
counted as (
    select
        touched.receipt_id,
        count(*) filter (where change.effect = 'flags_opened') as flags_opened,
        count(*) filter (where change.effect = 'flags_closed') as flags_closed,
        count(*) filter (where change.effect = 'children_new') as children_new,
        count(*) filter (where change.effect = 'children_moved') as children_moved
    from touched
    join change using (child_id)
    group by touched.receipt_id
)
select
    wave.receipt_id,
    coalesce(counted.flags_opened, 0) as flags_opened,
    coalesce(counted.flags_closed, 0) as flags_closed,
    coalesce(counted.children_new, 0) as children_new,
    coalesce(counted.children_moved, 0) as children_moved,
    (
        select count(*)
        from set_aside
        where set_aside.is_gone
            and set_aside.feed = wave.feed
            and set_aside.county_code = wave.county_code
    ) as records_superseded
from wave
left join counted using (receipt_id)
order by wave.receipt_id;
