-- The whole file of the same feed and county that stands before this one, by data date and correction, whatever came
-- first; a supplement is none, it holds mended rows only. Reads: intake.receipt.
select receipt_id, as_of_date, accepted_count + rejected_count as row_count
from intake.receipt
where feed = :feed
    and county_code = :county_code
    and verdict in ('accepted', 'partial')
    and state = 'settled'
    and supplement = 0
    and withdrawn_at is null
    and superseded_by is null
    and (as_of_date, revision, receipt_id) < (CAST(:as_of_date AS date), :revision, :receipt_id)
order by as_of_date desc, revision desc, receipt_id desc
limit 1;
