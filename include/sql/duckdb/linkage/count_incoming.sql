-- Rows, and different names of records. Reads: incoming.
select count(*), count(distinct hash(record_id)) filter (where record_id is not null) from incoming;
