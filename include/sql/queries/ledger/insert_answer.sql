-- An officer's answer to an offer. Writes: ledger.answer.
insert into ledger.answer (child_id, source_record_id, county_code, verdict, reason, officer, answered_date)
values (:child_id, :source_record_id, :county_code, :verdict, :reason, :officer, CAST(:answered_date AS date));
