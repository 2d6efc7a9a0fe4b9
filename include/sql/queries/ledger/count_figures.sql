-- Figures of every county on a day, as a refresh knew them: entries by tier, children that left by reason, flags by rule and
-- status. Reads: ledger.entry, ledger.flag and their versions.  Binds: valid; known: number of the refresh, null: as it is.
-- Returns: county_code, figure, name, number.
with entry as (
    select county_code, tier, case when left_date <= CAST(:valid AS date) then left_reason end as left_reason
    from ledger.entry_as_known(CAST(:known AS bigint))
    where entered_date <= CAST(:valid AS date)
        and coalesce(left_reason, '') not in ('merged', 'split', 'withdrawn')
),
flag as (
    select county_code, flag_code, case when ended_date <= CAST(:valid AS date) then status else 'open' end as status
    from ledger.flag_as_known(CAST(:known AS bigint))
    where raised_date <= CAST(:valid AS date)
        and status <> 'withdrawn'
),
told (county_code, figure, name) as (
    select county_code, 'entries', tier
    from entry
    where left_reason is null
    union all
    select county_code, 'left', left_reason
    from entry
    where left_reason is not null
    union all
    select county_code, 'flags', flag_code || ' ' || status
    from flag
)
select county_code, figure, name, count(*) as number
from told
group by county_code, figure, name
order by county_code, figure, name;
