-- Rows, and different names of records. Reads: incoming.
select count(*), count(distinct record_id) from incoming;
