-- The stays of children in tiers, one row for each, numbered from the first.
create temporary table spell (
    tier text not null,
    child_id bigint not null,
    county_code text not null,
    stay integer not null,
    definition_version text not null,
    entered_date date not null,
    left_date date,
    left_reason text,
    basis bigint [] not null,
    primary key (child_id, tier, county_code, stay)
) on commit drop;
