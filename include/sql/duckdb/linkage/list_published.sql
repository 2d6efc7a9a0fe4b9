-- Reads: published.
select run_id from published;
