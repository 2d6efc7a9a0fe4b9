-- An officer lifts a suspension that stands. Reads: ledger.suspension, ledger.refresh. Writes: ledger.lift.
insert into ledger.lift (flag_code, lifted_date, officer, reason)
select suspension.flag_code, head.as_of_date, :officer, :reason
from ledger.suspension as suspension
cross join (select as_of_date from ledger.refresh where is_head) as head
where suspension.flag_code = :flag_code;
