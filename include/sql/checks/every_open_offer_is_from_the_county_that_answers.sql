-- An offer is open only while the county that made it still answers for the child.
select offer.offer_id
from ledger.offer as offer
left join ledger.custody as custody
    on custody.child_id = offer.child_id
        and custody.county_code = offer.from_county_code
        and upper_inf(custody.period)
where offer.state = 'offered'
    and custody.child_id is null;
