-- What the next resolve must look at: the keys of rows that changed, noted by the statement that changed them.
create table identity.change (
    feed text not null,
    county_code text not null,
    record_key text not null,
    as_of_date date not null
);
comment on table identity.change is 'Rows that came, changed or went since the last resolve, by what their sender calls them; a resolve takes what it sees, what commits meanwhile waits for the next';
comment on column identity.change.feed is 'Feed';
comment on column identity.change.county_code is 'County of the sender';
comment on column identity.change.record_key is 'The sender''s own key';
comment on column identity.change.as_of_date is 'Day of the row';

create function identity.note_change() returns trigger
language plpgsql
as $$
begin
    insert into identity.change (feed, county_code, record_key, as_of_date)
    select feed, county_code, record_key, as_of_date
    from changed;
    return null;
end;
$$;
comment on function identity.note_change is 'Notes the rows of one statement for the next resolve';

create trigger noted_new_for_identity after insert on conformed.source_record
referencing new table as changed for each statement execute function identity.note_change();
create trigger noted_changed_for_identity after update on conformed.source_record
referencing new table as changed for each statement execute function identity.note_change();
create trigger noted_before_for_identity after update on conformed.source_record
referencing old table as changed for each statement execute function identity.note_change();
create trigger noted_gone_for_identity after delete on conformed.source_record
referencing old table as changed for each statement execute function identity.note_change();

create index source_record_naming on conformed.source_record (source_record_id) where status = 'in_force' and facts ? 'child_id';
create index source_record_answering on conformed.source_record ((facts ->> 'item_id')) where facts ->> 'item_id' is not null;
