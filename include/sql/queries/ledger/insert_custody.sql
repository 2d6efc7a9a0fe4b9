-- Custody as the turns say, where it does not stand yet; in order, which the index takes ten times as fast. Reads: responsible.
-- Writes: ledger.custody.
insert into ledger.custody (child_id, county_code, period, taken, ended_reason)
select child_id, county_code, period, taken, ended_reason
from responsible
where not exists (
    select 1
    from ledger.custody as custody
    where custody.child_id = responsible.child_id
        and custody.period = responsible.period
)
order by child_id, period;
