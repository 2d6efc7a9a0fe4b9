-- Children under age who had no new evidence for so many days by a day, in the ledger or fallen out of it because nobody sent
-- anything new or they moved nobody knows where; without those an officer answers for by name.
-- Reads: ledger.entry, ledger.custody, ledger.profile, ledger.duty_exception.
-- Binds: by: the day that is judged; day: the day exceptions must hold; days, under_age.
-- Returns: county_code, child_id, last_evidence_date, days.
with latest as (
    select distinct on (entry.child_id) entry.child_id, entry.county_code, entry.left_date, entry.left_reason
    from ledger.entry as entry
    where coalesce(entry.left_reason, '') not in ('merged', 'split', 'withdrawn')
    order by entry.child_id, entry.left_date desc nulls first, entry.entry_id desc
)
select
    case when latest.left_date is null then latest.county_code else coalesce(custody.county_code, latest.county_code) end as county_code,
    latest.child_id,
    profile.last_evidence_date,
    CAST(:by AS date) - profile.last_evidence_date as days
from latest
join ledger.profile as profile using (child_id)
left join ledger.custody as custody
    on custody.child_id = latest.child_id and upper_inf(custody.period)
where (
        latest.left_date is null
        or latest.left_reason = 'evidence_expired'
        or latest.left_reason = 'moved' and custody.child_id is not null
    )
    and profile.birth_date > CAST(:by AS date) - make_interval(years => CAST(:under_age AS integer))
    and profile.last_evidence_date <= CAST(:by AS date) - CAST(:days AS integer)
    and not exists (
        select 1
        from ledger.duty_exception as granted
        join identity.child as child using (child_id)
        where coalesce(child.merged_into, child.child_id) = latest.child_id
            and CAST(:day AS date) between granted.granted_date and granted.until_date
    )
order by county_code, profile.last_evidence_date, latest.child_id;
