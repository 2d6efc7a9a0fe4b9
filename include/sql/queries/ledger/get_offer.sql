-- An offer, and the newest record that places its child in the county asked. Reads: ledger.offer, ledger.fact,
-- conformed.source_record.  Returns: child_id, county_code, state, source_record_id.
select offer.child_id, offer.county_code, offer.state, offer.offered_date, newest.source_record_id
from ledger.offer as offer
cross join lateral (
    select fact.source_record_id
    from ledger.fact as fact
    join conformed.source_record as record using (source_record_id)
    where fact.child_id = offer.child_id
        and (
            (fact.kind in ('residence_code', 'moved_to') and fact.value = offer.county_code)
            or (fact.kind = 'visit_outcome' and record.county_code = offer.county_code)
        )
    order by fact.as_of_date desc, record.feed, record.county_code, record.record_key
    limit 1
) as newest
where offer.offer_id = :offer_id;
