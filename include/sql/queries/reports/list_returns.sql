-- Every settled file as its sender's scorecard counts it. Reads: intake.receipt, intake.issue, intake.delivery.
with finding as (
    select
        receipt_id,
        count(*) filter (where is_query and not is_error) as rows_queried
    from (
        select
            receipt_id,
            line_number,
            bool_or(severity = 'error') as is_error,
            bool_or(severity = 'query') as is_query
        from intake.issue
        group by receipt_id, line_number
    ) as line
    group by receipt_id
),
again as (
    select receipt_id, count(*) as times
    from intake.delivery
    where is_duplicate
    group by receipt_id
)
select
    receipt.receipt_id,
    receipt.department,
    receipt.county_code,
    receipt.feed,
    receipt.as_of_date,
    receipt.revision,
    receipt.supplement,
    receipt.dropped_at,
    receipt.verdict,
    case when receipt.verdict = 'rejected' then 0 else receipt.accepted_count + receipt.rejected_count end as row_count,
    case when receipt.verdict = 'rejected' then 0 else receipt.rejected_count end as rows_held_back,
    coalesce(finding.rows_queried, 0) as rows_queried,
    coalesce(again.times, 0) as delivered_again
from intake.receipt as receipt
left join finding using (receipt_id)
left join again using (receipt_id)
where receipt.state = 'settled'
    and receipt.feed is not null
order by receipt.receipt_id;
