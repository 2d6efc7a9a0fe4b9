-- Offers of one child, or those a county has to answer, reviews first, then by the last day. Reads: ledger.offer.
-- Binds: child_id, county_code (null: any; of a county, or of none, only open offers).
select offer_id, child_id, from_county_code, county_code, offered_date, due_date, is_review, state, reason, ended_date
from ledger.offer
where case when CAST(:child_id AS bigint) is null then state = 'offered' else child_id = :child_id end
    and county_code = coalesce(:county_code, county_code)
order by ended_date nulls last, is_review desc, due_date, offer_id;
