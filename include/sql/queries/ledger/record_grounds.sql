-- Each set of facts a flag rests on, once, with the first day it was seen. Reads: raised, ledger.flag. Writes: ledger.ground.
insert into ledger.ground (flag_id, evidence_sha256, evidence, since_date)
select
    flag.flag_id,
    encode(sha256(convert_to(CAST(raised.evidence AS text), 'UTF8')), 'hex'),
    raised.evidence,
    CAST(:as_of AS date)
from raised
join ledger.flag as flag using (child_id, flag_code, evidence_fingerprint)
where flag.status <> 'withdrawn'
on conflict do nothing;
