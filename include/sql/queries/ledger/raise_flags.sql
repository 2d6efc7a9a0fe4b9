-- Flags on evidence nobody was asked about yet. Reads: raised. Writes: ledger.flag.
insert into ledger.flag (child_id, flag_code, county_code, evidence_fingerprint, evidence, rule_version, raised_date)
select child_id, flag_code, county_code, evidence_fingerprint, evidence, :rule_version, CAST(:as_of AS date)
from raised
order by child_id, flag_code
on conflict (child_id, flag_code, evidence_fingerprint) where status <> 'withdrawn' do nothing;
