-- Lapsed flags whose evidence holds again before anybody looked. Reads: raised. Writes: ledger.flag.
update ledger.flag as flag
set status = 'open', ended_date = null, evidence = raised.evidence, county_code = raised.county_code
from raised
where flag.status in ('open', 'lapsed')
    and raised.child_id = flag.child_id
    and raised.flag_code = flag.flag_code
    and raised.evidence_fingerprint = flag.evidence_fingerprint
    and (flag.status, flag.evidence, flag.county_code) is distinct from ('open', raised.evidence, raised.county_code);
