-- Files of a round by their data date that had come when a refresh was made, of one county or all.
-- Reads: intake.receipt.  Binds: first_day, last_day, known_at; county_code (null for all).
select receipt_id, county_code, sha256, coalesce(verdict, state) as verdict
from intake.receipt
where county_code = coalesce(CAST(:county_code AS text), county_code)
    and coalesce(as_of_date, CAST(received_at at time zone 'Asia/Shanghai' AS date))
        between CAST(:first_day AS date) and CAST(:last_day AS date)
    and received_at <= CAST(:known_at AS timestamptz)
order by receipt_id;
