-- Files and judgements the last resolve has not seen. Reads: intake.receipt, identity.judgement, ops.stage_run.
select
    (
        select count(*)
        from intake.receipt
        where state = 'settled'
            and verdict <> 'rejected'
            and resolved_at is null
    ) + (
        select count(*)
        from identity.judgement
        where judged_at > (select coalesce(max(finished_at), '-infinity') from ops.stage_run where stage = 'resolve')
    ) as waiting;
