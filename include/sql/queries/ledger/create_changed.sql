-- Where a refresh puts the records it must look at.
create temporary table changed (
    source_record_id bigint,
    child_id bigint
) on commit drop;
