-- What was known when: every row says since which refresh it is known, and what it was before stands in ledger.version.
alter table ledger.refresh alter column refreshed_at set default clock_timestamp();
comment on column ledger.refresh.refreshed_at is 'When, read under the lock, so that a later refresh has a later time; what was known on a day is the last refresh before that day ended in Beijing';
alter table ledger.refresh add column figures text not null default '{}';
comment on column ledger.refresh.figures is 'What it published of each county, as canonical JSON; ledger.past rebuilds the same bytes from the versions';

create function ledger.next_refresh() returns bigint
language plpgsql stable
as $$
declare
    running text := current_setting('ledger.refresh_id', true);
begin
    if running <> '' then
        return running;
    end if;
    return (select coalesce(max(refresh_id), 0) + 1 from ledger.refresh);
end;
$$;
comment on function ledger.next_refresh is 'The first refresh that will know what is written now: the running one, or the next';

create table ledger.version (
    table_name text not null,
    child_id bigint generated always as (CAST(content ->> 'child_id' AS bigint)) stored,
    content jsonb not null,
    known_from bigint not null,
    known_until bigint not null,
    check (known_from < known_until)
);
comment on table ledger.version is 'What a row said until it was changed or deleted; its table holds what it says now. A row that comes and goes between two refreshes was never known';
comment on column ledger.version.table_name is 'Table of the row, with its schema';
comment on column ledger.version.child_id is 'Child it was about, by which it can be forgotten';
comment on column ledger.version.content is 'The row';
comment on column ledger.version.known_from is 'First refresh that knew it so';
comment on column ledger.version.known_until is 'First refresh that no longer did';
create index version_child on ledger.version (child_id, table_name);
create index version_known on ledger.version (table_name, known_until);

create function ledger.mark_known() returns trigger
language plpgsql
as $$
begin
    new.known_from := ledger.next_refresh();
    return new;
end;
$$;
comment on function ledger.mark_known is 'A changed row is known as it is since the refresh that changed it';

create function ledger.keep_past() returns trigger
language plpgsql
as $$
declare
    now_known bigint := ledger.next_refresh();
begin
    insert into ledger.version (table_name, content, known_from, known_until)
    select tg_table_schema || '.' || tg_table_name, to_jsonb(past) - 'known_from', past.known_from, now_known
    from past
    where past.known_from < now_known;
    return null;
end;
$$;
comment on function ledger.keep_past is 'Keeps what the rows of one statement said before it';

create procedure ledger.keep_versions_of(kept regclass)
language plpgsql
as $procedure$
begin
    execute format('alter table %s add column known_from bigint not null default ledger.next_refresh()', kept);
    execute format('comment on column %s.known_from is %L', kept, 'First refresh that knew the row as it is');
    execute format('create trigger version_1_same_is_no_change before update on %s for each row execute function suppress_redundant_updates_trigger()', kept);
    execute format('create trigger version_2_mark before update on %s for each row execute function ledger.mark_known()', kept);
    execute format('create trigger version_3_changed after update on %s referencing old table as past for each statement execute function ledger.keep_past()', kept);
    execute format('create trigger version_4_gone after delete on %s referencing old table as past for each statement execute function ledger.keep_past()', kept);
    execute format(
        $function$
        create function %1$s_as_known(known bigint) returns setof %1$s
        language sql stable
        as $$
        select *
        from %1$s
        where known is null
            or known_from <= known
        union all
        select (jsonb_populate_record(cast(null as %1$s), version.content || jsonb_build_object('known_from', version.known_from))).*
        from ledger.version as version
        where version.table_name = %1$L
            and version.known_from <= known
            and version.known_until > known
        $$
        $function$,
        kept
    );
    execute format('comment on function %s_as_known is %L', kept, 'The table as a refresh knew it; null: as it is');
end;
$procedure$;
comment on procedure ledger.keep_versions_of is 'From now on nothing that was known of a table is lost: one line for each table, in a migration';

call ledger.keep_versions_of('ledger.fact');
call ledger.keep_versions_of('ledger.profile');
call ledger.keep_versions_of('ledger.entry');
call ledger.keep_versions_of('ledger.flag');

create or replace function ledger.valid_fact(as_of date) returns setof ledger.fact
language sql stable
begin atomic
select fact.*
from ledger.fact as fact
where fact.as_of_date <= as_of
    and fact.expires_date > as_of;
end;

create or replace function ledger.current_fact(as_of date) returns setof ledger.fact
language sql stable
begin atomic
select distinct on (fact.child_id, fact.kind) fact.*
from ledger.valid_fact(as_of) as fact
join conformed.source_record as record using (source_record_id)
order by
    fact.child_id, fact.kind, fact.as_of_date desc, record.feed, record.county_code, record.record_key,
    fact.source_record_id;
end;
