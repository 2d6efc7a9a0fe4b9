-- Counties with children whose newest evidence is old: warned, still in the ledger but near the end; missed, fallen out
-- of it because nobody sent anything new. Reads: ledger.entry, ledger.profile.  Binds: as_of, warn_after_days.
with county as (
    select
        entry.county_code,
        count(*) filter (
            where entry.left_date is null
                and profile.last_evidence_date <= CAST(:as_of AS date) - CAST(:warn_after_days AS integer)
        ) as warned,
        count(*) filter (
            where entry.left_reason = 'evidence_expired'
                and profile.last_evidence_date <= CAST(:as_of AS date) - interval '6 months'
                and profile.birth_date > CAST(:as_of AS date) - interval '16 years'
        ) as missed
    from ledger.entry as entry
    join ledger.profile as profile using (child_id)
    group by entry.county_code
)
select county_code, warned, missed
from county
where warned + missed > 0
order by county_code;
