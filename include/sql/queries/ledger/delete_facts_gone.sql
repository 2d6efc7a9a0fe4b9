-- Facts of changed records that are no longer in force or no longer say so. Reads: changed, conformed.source_record,
-- followup.believed, identity.member. Writes: ledger.fact.
delete from ledger.fact as fact
where fact.source_record_id in (select source_record_id from changed)
    and not exists (
        select 1
        from conformed.source_record as record
        join identity.member as member using (source_record_id)
        left join followup.believed as believed using (source_record_id)
        where record.source_record_id = fact.source_record_id
            and record.status = 'in_force'
            and (
                coalesce(believed.facts, record.facts) ? fact.kind
                or (fact.kind = 'hukou_code' and record.hukou_code is not null)
                or (fact.kind = 'residence_code' and record.residence_code is not null)
            )
    );
