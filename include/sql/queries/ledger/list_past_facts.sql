-- What counted of a child on a day, as a refresh knew it, without its value: the newest statement of each kind and where it
-- stands. Reads: ledger.fact and its versions.
select distinct on (fact.kind) fact.kind, fact.as_of_date, fact.expires_date, fact.source_record_id
from ledger.fact_as_known(CAST(:known AS bigint)) as fact
where fact.child_id = :child_id
    and fact.as_of_date <= CAST(:valid AS date)
    and fact.expires_date > CAST(:valid AS date)
order by fact.kind, fact.as_of_date desc, fact.source_record_id desc;
