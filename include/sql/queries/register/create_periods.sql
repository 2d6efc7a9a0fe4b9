-- The periods of each feed that have begun, for this run.
create temporary table begun (
    feed text not null,
    period_name text not null,
    first_day date not null,
    last_day date not null,
    due_on date not null,
    basis text not null
) on commit drop;
