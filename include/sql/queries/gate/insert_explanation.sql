-- A department's answer to queries of one of its files. Reads: intake.receipt. Writes: intake.explanation.
-- Returns: explanation_id.
insert into intake.explanation (receipt_id, feed, county_code, code, text, explained_by)
select receipt_id, feed, county_code, :code, :text, :explained_by
from intake.receipt
where receipt_id = :receipt_id
    and feed is not null
returning explanation_id;
