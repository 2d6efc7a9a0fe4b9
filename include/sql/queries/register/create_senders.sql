-- Who owes which feed from which day on, for this run.
create temporary table sender (
    feed text not null,
    department text not null,
    county_code text not null,
    first_period date not null,
    excluded_reason text
) on commit drop;
