-- Open offers of custody with the child, reviews first, then the soonest due; no name where the child is shielded.
-- Reads: ledger.offer, ledger.profile, identity.shielded.
select
    offer.offer_id,
    offer.child_id,
    offer.county_code,
    offer.from_county_code,
    offer.offered_date,
    offer.due_date,
    offer.is_review,
    shown.child_id is not null as is_named,
    shown.name,
    shown.sex,
    shown.birth_date,
    shown.residence_township,
    shown.guardian_name,
    shown.guardian_phone
from ledger.offer as offer
left join ledger.profile as shown
    on shown.child_id = offer.child_id
        and not exists (select 1 from identity.shielded as shielded where shielded.child_id = offer.child_id)
where offer.state = 'offered'
order by offer.county_code, offer.is_review desc, offer.due_date, offer.offer_id;
