-- Visits whose row was corrected or withdrawn. Writes: followup.visit.
delete from followup.visit as visit
where not exists (
    select 1
    from conformed.source_record as record
    where record.source_record_id = visit.source_record_id
        and record.status = 'in_force'
);
