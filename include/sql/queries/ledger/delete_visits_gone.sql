-- Visits whose row was corrected or withdrawn. Reads: changed, conformed.source_record. Writes: followup.visit.
delete from followup.visit as visit
where visit.source_record_id in (select source_record_id from changed)
    and not exists (
    select 1
    from conformed.source_record as record
    where record.source_record_id = visit.source_record_id
        and record.status = 'in_force'
);
