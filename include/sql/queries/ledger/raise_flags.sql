-- Flags on evidence nobody was asked about yet; looking again takes up no numbers. Reads: raised. Writes: ledger.flag.
insert into ledger.flag (child_id, flag_code, county_code, evidence_fingerprint, evidence, rule_version, raised_date)
select child_id, flag_code, county_code, evidence_fingerprint, evidence, :rule_version, CAST(:as_of AS date)
from raised
where not exists (
    select 1
    from ledger.flag as flag
    where flag.child_id = raised.child_id
        and flag.flag_code = raised.flag_code
        and flag.evidence_fingerprint = raised.evidence_fingerprint
        and flag.status <> 'withdrawn'
)
order by child_id, flag_code;
