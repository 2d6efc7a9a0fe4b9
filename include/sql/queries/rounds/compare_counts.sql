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
taken as ( -- who corrected whom is told anew, not by superseded_by: the moment asked may lie before the last correction
    select
        receipt.receipt_id,
        told.county_code,
        told.feed,
        CAST(:snapshots AS jsonb) ? told.feed as is_list,
        receipt.as_of_date,
        receipt.revision,
        receipt.supplement
    from told
    join rounds.round as round on round.round_name = CAST(:round_name AS text) and round.county_code = told.county_code
    join intake.receipt as receipt
        on receipt.county_code = told.county_code
            and receipt.feed = told.feed
            and receipt.as_of_date between round.opened_on and round.last_day
    where receipt.state = 'settled'
        and receipt.verdict <> 'rejected'
        and receipt.received_at <= CAST(:known_at AS timestamptz)
        and coalesce(receipt.withdrawn_at > CAST(:known_at AS timestamptz), true)
),
file as (
    select
        receipt_id,
        county_code,
        feed,
        not is_list or as_of_date = max(as_of_date) over (partition by county_code, feed) as is_counted
    from taken
    where not exists (
        select 1
        from taken as newer
        where newer.county_code = taken.county_code
            and newer.feed = taken.feed
            and newer.as_of_date = taken.as_of_date
            and newer.supplement = 0
            and (
                newer.revision > taken.revision
                or newer.revision = taken.revision
                and newer.receipt_id > taken.receipt_id
                and taken.is_list
                and taken.supplement = 0
            )
    )
)
select told.county_code, told.feed, told.count_id, told.row_count as told, count(distinct record.record_key) as counted
from told
left join file on file.county_code = told.county_code and file.feed = told.feed and file.is_counted
left join conformed.source_record as record on record.receipt_id = file.receipt_id
group by told.county_code, told.feed, told.count_id, told.row_count
order by told.county_code, told.feed;
