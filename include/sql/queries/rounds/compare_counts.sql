-- What departments told their registers count of a round, beside the different rows the ledger took of it: of every day where
-- rows are events, of the newest list else. Reads: rounds.department_count, rounds.round, intake.receipt,
-- conformed.source_record.  Binds: round_name; county_code (null for all); known_at; until (newest count_id, null for all);
-- snapshots (feeds of lists).
with told as (
    select distinct on (county_code, feed) county_code, feed, row_count, count_id
    from rounds.department_count
    where round_name = CAST(:round_name AS text)
        and county_code = coalesce(CAST(:county_code AS text), county_code)
        and count_id <= coalesce(CAST(:until AS bigint), count_id)
    order by county_code, feed, count_id desc
),
file as (
    select
        receipt.receipt_id,
        told.county_code,
        told.feed,
        not CAST(:snapshots AS jsonb) ? told.feed
        or receipt.as_of_date = max(receipt.as_of_date) over (partition by told.county_code, told.feed) as is_counted
    from told
    join rounds.round as round on round.round_name = CAST(:round_name AS text) and round.county_code = told.county_code
    join intake.receipt as receipt
        on receipt.county_code = told.county_code
            and receipt.feed = told.feed
            and receipt.as_of_date between round.opened_on and round.last_day
    left join intake.receipt as newer on newer.receipt_id = receipt.superseded_by
    where receipt.state = 'settled'
        and receipt.verdict <> 'rejected'
        and receipt.received_at <= CAST(:known_at AS timestamptz)
        and coalesce(newer.received_at > CAST(:known_at AS timestamptz), true)
        and coalesce(receipt.withdrawn_at > CAST(:known_at AS timestamptz), true)
)
select told.county_code, told.feed, told.count_id, told.row_count as told, count(distinct record.record_key) as counted
from told
left join file on file.county_code = told.county_code and file.feed = told.feed and file.is_counted
left join conformed.source_record as record on record.receipt_id = file.receipt_id
group by told.county_code, told.feed, told.count_id, told.row_count
order by told.county_code, told.feed;
