-- What a refresh must compare with to leave alone the children for whom nothing changed.
create table ledger.awaited (
    child_id bigint primary key,
    day date not null
);
comment on table ledger.awaited is 'Children who change by the calendar alone: evidence runs out, a birthday, half a year of residence, a time limit. A refresh that reaches the day looks at the child again';
comment on column ledger.awaited.child_id is 'Child; no foreign key: written in a refresh only';
comment on column ledger.awaited.day is 'Next such day';
create index awaited_day on ledger.awaited (day);
insert into ledger.awaited (child_id, day)
select profile.child_id, head.as_of_date + 1
from ledger.profile as profile
cross join ledger.refresh as head
where head.is_head;
drop index ledger.fact_expiry;

create table ledger.whole_list (
    feed text,
    county_code text,
    list_date date not null,
    school_year_start date not null,
    primary key (feed, county_code)
);
comment on table ledger.whole_list is 'Lists that are whole enough to say that a child of the county is on none (rules/absence.yaml), as the newest refresh found them';
comment on column ledger.whole_list.feed is 'Feed of the list';
comment on column ledger.whole_list.county_code is 'County whose list it is';
comment on column ledger.whole_list.list_date is 'Its data date';
comment on column ledger.whole_list.school_year_start is 'First day of the school year it was looked at in';

create or replace function ledger.note_change() returns trigger
language plpgsql
as $$
begin
    if tg_table_name = 'source_record' then
        insert into ledger.change (source_record_id)
        select source_record_id
        from changed;
    else
        insert into ledger.change (source_record_id, child_id)
        select source_record_id, child_id
        from changed;
    end if;
    return null;
end;
$$;
create trigger noted_new after insert on ledger.answer
referencing new table as changed for each statement execute function ledger.note_change();
comment on table ledger.change is 'Records that changed, changed hands or were answered about since the last refresh; a refresh takes what it sees, what commits meanwhile waits for the next';

create index source_record_visit on conformed.source_record (county_code, record_key) where facts ? 'visit_outcome';
