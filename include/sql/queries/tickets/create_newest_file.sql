-- The whole file of each feed and county that stands last; supplements lie over it. Reads: intake.receipt.
create temporary table newest_file on commit drop as
select distinct on (feed, county_code) feed, county_code, receipt_id, as_of_date, revision, rejected_count
from intake.receipt
where feed is not null
    and state = 'settled'
    and supplement = 0
    and verdict <> 'rejected'
    and withdrawn_at is null
    and superseded_by is null
order by feed, county_code, as_of_date desc, revision desc, receipt_id desc;
