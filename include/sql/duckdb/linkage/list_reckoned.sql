-- Reads: reckoned.
select records from reckoned;
