-- Files and what became of their lines, per county and feed, as of a moment: what the department's own register must say
-- as well. Reads: intake.receipt, intake.delivery, rounds.record_of.  Binds: receipt_ids, known_at.
with scope as (
    select
        receipt_id,
        county_code,
        coalesce(feed, '') as feed,
        state,
        verdict,
        coalesce(resolved_at > CAST(:known_at AS timestamptz), true) as is_waiting,
        state = 'settled' and verdict <> 'rejected' as is_taken,
        physical_line_count,
        header_line_count,
        blank_line_count,
        rejected_count,
        accepted_count
    from intake.receipt
    where receipt_id = any(CAST(:receipt_ids AS bigint []))
),
claimed as (
    select receipt_id, count(*) as deliveries, count(*) filter (where is_duplicate) as repeated
    from intake.delivery
    where receipt_id = any(CAST(:receipt_ids AS bigint []))
        and delivered_at <= CAST(:known_at AS timestamptz)
    group by receipt_id
),
record as (
    select
        receipt_id,
        count(*) filter (where record.status = 'in_force') as in_force,
        count(*) filter (where record.status = 'superseded') as superseded,
        count(*) filter (where record.status = 'withdrawn') as withdrawn,
        count(*) filter (where record.status = 'in_force' and record.child_id is null and scope.is_waiting) as awaiting
    from rounds.record_of(CAST(:receipt_ids AS bigint []), CAST(:known_at AS timestamptz)) as record
    join scope using (receipt_id)
    group by receipt_id
)
select
    scope.county_code,
    scope.feed,
    coalesce(sum(claimed.deliveries), 0) as deliveries,
    coalesce(sum(claimed.repeated), 0) as repeated,
    count(*) as files,
    count(*) filter (where scope.verdict = 'rejected') as refused,
    count(*) filter (where scope.verdict = 'nil') as nil,
    count(*) filter (where scope.verdict is distinct from 'rejected' and scope.state <> 'settled') as waiting,
    count(*) filter (where scope.is_taken and scope.verdict <> 'nil') as taken,
    coalesce(sum(scope.physical_line_count) filter (where scope.is_taken), 0) as lines,
    coalesce(sum(scope.header_line_count) filter (where scope.is_taken), 0) as header,
    coalesce(sum(scope.blank_line_count) filter (where scope.is_taken), 0) as blank,
    coalesce(sum(scope.rejected_count) filter (where scope.is_taken), 0) as rejected,
    coalesce(sum(scope.accepted_count) filter (where scope.is_taken), 0) as accepted,
    coalesce(sum(record.superseded), 0) as superseded,
    coalesce(sum(record.withdrawn), 0) as withdrawn,
    coalesce(sum(record.in_force), 0) as in_force,
    coalesce(sum(record.awaiting), 0) as awaiting
from scope
left join claimed using (receipt_id)
left join record using (receipt_id)
group by scope.county_code, scope.feed
order by scope.county_code, scope.feed;
