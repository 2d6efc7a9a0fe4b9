-- Children in each county's ledger, their reasons to be looked at and the queue items of these, as a refresh knew them.
-- Reads: ledger.entry, ledger.flag, followup.item.  Binds: known; county_code (null for all).
with standing as (
    select county_code, child_id, tier
    from ledger.entry_as_known(CAST(:known AS bigint))
    where left_date is null
),
flagged as (
    select county_code, child_id, count(*) as flags
    from ledger.flag_as_known(CAST(:known AS bigint))
    where status = 'open'
    group by county_code, child_id
),
placed as (
    select
        coalesce(standing.county_code, flagged.county_code) as county_code,
        count(standing.child_id) as entries,
        count(*) filter (where standing.tier = 'candidate') as candidate,
        count(*) filter (where standing.tier = 'monitored') as monitored,
        count(*) filter (where flagged.child_id is null) as no_reason,
        coalesce(sum(flagged.flags - 1) filter (where standing.child_id is not null), 0) as further_reasons,
        coalesce(sum(flagged.flags) filter (where standing.child_id is null), 0) as without_entry
    from standing
    full join flagged on flagged.county_code = standing.county_code and flagged.child_id = standing.child_id
    group by coalesce(standing.county_code, flagged.county_code)
),
flag as (
    select
        county_code,
        count(*) as raised,
        count(*) filter (where status = 'open') as open_flags,
        count(*) filter (where status = 'confirmed') as confirmed,
        count(*) filter (where status = 'dismissed') as dismissed,
        count(*) filter (where status = 'lapsed') as lapsed,
        count(*) filter (where status = 'withdrawn') as flags_withdrawn
    from ledger.flag_as_known(CAST(:known AS bigint))
    group by county_code
),
item as (
    select county_code, count(*) filter (where state in ('queued', 'delivered')) as open_items
    from followup.item_as_known(CAST(:known AS bigint))
    group by county_code
)
select
    county_code,
    coalesce(placed.entries, 0) as entries,
    coalesce(placed.candidate, 0) as candidate,
    coalesce(placed.monitored, 0) as monitored,
    coalesce(placed.no_reason, 0) as no_reason,
    CAST(coalesce(placed.further_reasons, 0) AS bigint) as further_reasons,
    CAST(coalesce(placed.without_entry, 0) AS bigint) as without_entry,
    coalesce(flag.raised, 0) as raised,
    coalesce(flag.open_flags, 0) as open_flags,
    coalesce(flag.confirmed, 0) as confirmed,
    coalesce(flag.dismissed, 0) as dismissed,
    coalesce(flag.lapsed, 0) as lapsed,
    coalesce(flag.flags_withdrawn, 0) as flags_withdrawn,
    coalesce(item.open_items, 0) as open_items
from placed
full join flag using (county_code)
full join item using (county_code)
where county_code = coalesce(CAST(:county_code AS text), county_code);
