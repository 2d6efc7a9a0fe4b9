-- Nobody waits in the pool whom a county has taken over, or whom one is still asked about.
select pool.child_id
from ledger.pool as pool
join ledger.offer as offer using (child_id)
join ledger.custody as custody
    on custody.child_id = pool.child_id
        and upper_inf(custody.period)
where offer.state = 'offered'
    or (offer.state = 'accepted' and offer.from_county_code = pool.county_code and offer.ended_date > lower(custody.period));
