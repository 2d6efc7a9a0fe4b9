-- Where the rules of sql/flags put the facts that hold today.
create temporary table evidence_found (
    flag_code text not null,
    child_id bigint not null,
    source_record_id bigint not null,
    kind text not null
) on commit drop;
