-- A refresh reads little where little changed, and proves that the ledger adds up from indexes alone.
create index source_record_in_force on conformed.source_record (source_record_id) where status = 'in_force';
create index source_record_day on conformed.source_record (as_of_date);
drop function ledger.placing(date, jsonb);
