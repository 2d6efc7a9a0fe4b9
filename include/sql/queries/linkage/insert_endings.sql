-- Children left without a record in force, and such as have one again, each told once. Reads: identity.member,
-- identity.past_member, identity.child, identity.run. Writes: identity.event.
with touched as (
    select child_id
    from identity.past_member
    where left_at >= coalesce((select max(happened_at) from identity.run where run_id < :run_id), '-infinity')
    union
    select event.child_id
    from identity.event
    where event.kind = 'retire'
),
told as (
    select
        touched.child_id,
        (select count(*) from identity.member where member.child_id = touched.child_id) as record_count,
        coalesce((
            select event.kind = 'retire'
            from identity.event
            where event.child_id = touched.child_id
                and event.kind in ('retire', 'return')
            order by event.event_id desc
            limit 1
        ), false) as is_retired
    from touched
    join identity.child as child using (child_id)
    where child.merged_into is null
)
insert into identity.event (kind, child_id, record_count, run_id, reason)
select
    case when record_count = 0 then 'retire' else 'return' end,
    child_id,
    record_count,
    :run_id,
    case when record_count = 0 then 'records_gone' else 'records_back' end
from told
where (record_count = 0) <> is_retired
order by child_id;
