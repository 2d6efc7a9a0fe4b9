-- What keeps each county's round open, or is to be told of it: code and count.
-- Reads: register.duty, intake, tickets, identity.pair.
-- Binds: first_day, last_day, as_of; county_code (null for all).
with scope as (
    select
        receipt.receipt_id,
        receipt.county_code,
        receipt.state,
        receipt.verdict,
        receipt.superseded_by,
        receipt.withdrawn_at,
        receipt.resolved_at
    from intake.receipt as receipt
    where receipt.county_code = coalesce(CAST(:county_code AS text), receipt.county_code)
        and coalesce(receipt.as_of_date, CAST(receipt.received_at at time zone 'Asia/Shanghai' AS date))
            between CAST(:first_day AS date) and CAST(:last_day AS date)
),
reason as (
    select duty.county_code, 'files_missing' as code, count(*) as found
    from register.state_of_duties(CAST(:as_of AS date)) as duty
    where duty.last_day between CAST(:first_day AS date) and CAST(:last_day AS date)
        and duty.state in ('NOT_DUE', 'MISSING', 'REJECTED_ONLY')
    group by duty.county_code
    union all
    select county_code, 'files_held', count(*)
    from scope
    where state = 'held'
    group by county_code
    union all
    select county_code, 'files_not_counted', count(*)
    from intake.receipt
    where state in ('received', 'loaded', 'validated', 'released')
        or (
            state = 'settled'
            and verdict <> 'rejected'
            and coalesce(
                resolved_at > (select refresh.refreshed_at from ledger.refresh as refresh where refresh.is_head), true
            )
        )
    group by county_code
    union all
    select scope.county_code, 'queries_open', count(*)
    from scope
    join intake.issue as issue using (receipt_id)
    where scope.state = 'settled'
        and scope.verdict <> 'rejected'
        and scope.superseded_by is null
        and scope.withdrawn_at is null
        and issue.severity = 'query'
        and issue.explanation_id is null
        and issue.key_sha256 is not null -- a row held back can't be explained: it is to be sent again
    group by scope.county_code
    union all
    select scope.county_code, 'explanations_waiting', count(*)
    from scope
    join intake.explanation as explanation using (receipt_id)
    where explanation.verdict is null
    group by scope.county_code
    union all
    select
        county_code,
        case when status = 'contested' then 'tickets_contested' else 'tickets_open' end,
        count(*)
    from tickets.ticket
    where status in ('open', 'not_fixed', 'contested')
    group by county_code, status = 'contested'
    union all
    select county_code, 'pairs_waiting', count(*)
    from (
        select distinct pair.pair_id, record.county_code
        from identity.pair as pair
        join conformed.source_record as record
            on record.source_record_id in (pair.left_record_id, pair.right_record_id)
    ) as asked
    group by county_code
)
select county_code, code, found
from reason
where county_code = coalesce(CAST(:county_code AS text), county_code)
order by county_code, code;
