-- Where the records land whose child was found anew.
create temporary table found (source_record_id bigint primary key) on commit drop;
