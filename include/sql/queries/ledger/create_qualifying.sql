-- Which children meet which definitions in which county, and when.
create temporary table qualifying (
    tier text not null,
    definition_version text not null,
    child_id bigint not null,
    county_code text not null,
    during datemultirange not null,
    aged_date date not null,
    basis bigint [] not null
) on commit drop;
