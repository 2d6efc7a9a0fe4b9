-- A refresh reads little where little changed, and proves that the ledger adds up from indexes alone.
create index source_record_in_force on conformed.source_record (source_record_id) where status = 'in_force';
create index source_record_day on conformed.source_record (as_of_date);
drop function ledger.placing(date, jsonb);

create or replace function entitlement.reaches(birth_date date, age integer, in_september boolean) returns date
language sql immutable
return CAST(
    case
        when not in_september then birth_date + make_interval(years => age)
        else date_trunc('year', birth_date + make_interval(years => age, months => 4)) + interval '8 months'
    end AS date
);
