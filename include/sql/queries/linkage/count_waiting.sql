-- Files, and words of people, that the last resolve has not seen. Reads: intake.receipt, identity.judgement,
-- identity.second_word, identity.shield, ops.stage_run.
with resolved as (
    select coalesce(max(finished_at), '-infinity') as finished_at
    from ops.stage_run
    where stage = 'resolve'
)
select
    (
        select count(*)
        from intake.receipt
        where state = 'settled'
            and verdict <> 'rejected'
            and resolved_at is null
    )
    + (select count(*) from identity.judgement where judged_at > resolved.finished_at)
    + (select count(*) from identity.second_word where said_at > resolved.finished_at)
    + (select count(*) from identity.shield where said_at > resolved.finished_at) as waiting
from resolved;
