-- Facts of a child without their values. Reads: ledger.fact.
select kind, as_of_date, expires_date, source_record_id
from ledger.fact
where child_id = :child_id
order by kind, as_of_date desc, source_record_id;
