-- Reads: gone_label.
create or replace temp table gone as
select key(record_id) as rid from gone_label;
