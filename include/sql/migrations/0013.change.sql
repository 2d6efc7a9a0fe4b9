-- What the next refresh must look at: records and memberships noted by the statement that changed them.
create table ledger.change (
    source_record_id bigint not null,
    child_id bigint
);
comment on table ledger.change is 'Records that changed or changed hands since the last refresh; a refresh takes what it sees, what commits meanwhile waits for the next';
comment on column ledger.change.source_record_id is 'Record; no foreign key, so that its end is noted too';
comment on column ledger.change.child_id is 'Child it belongs to or belonged to; null where only the record itself changed';

create function ledger.note_change() returns trigger
language plpgsql
as $$
begin
    if tg_table_name = 'member' then
        insert into ledger.change (source_record_id, child_id)
        select source_record_id, child_id
        from changed;
    else
        insert into ledger.change (source_record_id)
        select source_record_id
        from changed;
    end if;
    return null;
end;
$$;
comment on function ledger.note_change is 'Notes the rows of one statement for the next refresh';

create trigger noted_new after insert on conformed.source_record
referencing new table as changed for each statement execute function ledger.note_change();
create trigger noted_changed after update on conformed.source_record
referencing new table as changed for each statement execute function ledger.note_change();
create trigger noted_gone after delete on conformed.source_record
referencing old table as changed for each statement execute function ledger.note_change();
create trigger noted_new after insert on identity.member
referencing new table as changed for each statement execute function ledger.note_change();
create trigger noted_before after update on identity.member
referencing old table as changed for each statement execute function ledger.note_change();
create trigger noted_after after update on identity.member
referencing new table as changed for each statement execute function ledger.note_change();
create trigger noted_gone after delete on identity.member
referencing old table as changed for each statement execute function ledger.note_change();

create index fact_expiry on ledger.fact (expires_date);

alter table ledger.fact drop constraint fact_source_record_id_fkey, drop constraint fact_child_id_fkey;
comment on column ledger.fact.source_record_id is 'Record that says so; no foreign key: facts change in a refresh only, which is told of every record that goes, and two look-ups a fact were a third of its time';
comment on column ledger.fact.child_id is 'Child it is about, as identity.member has it';
