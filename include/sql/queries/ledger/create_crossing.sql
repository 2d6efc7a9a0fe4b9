-- Where children are who crossed the boundary of one definition, and when; filled by sql/definitions/*.sql, one at a time.
create temporary table crossing (
    child_id bigint not null,
    county_code text not null,
    during datemultirange not null,
    basis bigint [] not null
) on commit drop;
