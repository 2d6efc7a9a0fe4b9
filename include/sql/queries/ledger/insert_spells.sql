-- What qualifies, as stays with the reason each ended. Whoever stands under one version and the next stays. Key care ends as
-- the statistical stay it rests on does, else because no reason is left. Reads: qualifying, held, spell. Writes: spell.
-- Binds: as_of, tiers, versions (ledger, version, valid_from, valid_until).
insert into spell (
    tier, child_id, county_code, stay, definition_version, entered_date, left_date, left_reason, basis
)
with version as (
    select ledger, version, valid_from, daterange(valid_from, valid_until) as days
    from jsonb_to_recordset(CAST(:versions AS jsonb)) as listed (
        ledger text, version text, valid_from date, valid_until date
    )
),
counted as (
    select
        tier,
        case when tier = 'candidate' then 'monitored' else tier end as ledger,
        child_id,
        county_code,
        range_agg(during) as during,
        array_agg(aged_date) as aged_dates,
        min(basis) as basis
    from qualifying
    where CAST(:tiers AS jsonb) ? tier
    group by tier, child_id, county_code
),
dated as (
    select
        counted.tier,
        counted.ledger,
        counted.child_id,
        counted.county_code,
        counted.aged_dates,
        counted.basis,
        lower(part) as entered_date,
        case when upper(part) <= CAST(:as_of AS date) then upper(part) end as left_date
    from counted
    cross join lateral unnest(counted.during) as part
    where lower(part) <= CAST(:as_of AS date)
),
stay as (
    select
        tier,
        ledger,
        child_id,
        county_code,
        aged_dates,
        basis,
        entered_date,
        left_date,
        row_number() over (partition by tier, child_id, county_code order by entered_date) as stay,
        lead(county_code) over next_stay as next_county_code,
        lead(entered_date) over next_stay as next_date
    from dated
    window next_stay as (partition by child_id, ledger order by entered_date)
)
select
    stay.tier,
    stay.child_id,
    stay.county_code,
    stay.stay,
    version.version,
    stay.entered_date,
    stay.left_date,
    case
        when stay.left_date is null then null
        when stay.left_date = any(stay.aged_dates) then 'turned_16'
        when stay.next_date = stay.left_date and stay.next_county_code = stay.county_code then 'other_tier'
        when stay.next_date = stay.left_date then 'moved'
        when stay.tier = 'key_care' then coalesce(base.left_reason, 'reason_ended')
        when place.residence in ('died', 'returned', 'moved') then place.residence
        when place.residence is null or place.register is null then 'evidence_expired'
        when place.residence = place.register
            and (place.last_residence <> place.last_register or place.township = place.home_township) then 'returned'
        when place.residence <> stay.county_code then 'moved'
        when exists (
            select 1
            from version as next_version
            where next_version.ledger = stay.ledger
                and next_version.valid_from = stay.left_date
        ) then 'definition'
        else 'not_met'
    end,
    stay.basis
from stay
join version on version.ledger = stay.ledger and version.days @> coalesce(stay.left_date - 1, CAST(:as_of AS date))
left join lateral (
    select
        max(value) filter (where kind = 'residence_code' and during @> stay.left_date) as residence,
        max(value) filter (where kind = 'hukou_code' and during @> stay.left_date) as register,
        max(value) filter (where kind = 'residence_code' and during @> stay.left_date - 1) as last_residence,
        max(value) filter (where kind = 'hukou_code' and during @> stay.left_date - 1) as last_register,
        max(value) filter (where kind = 'residence_township' and during @> stay.left_date) as township,
        max(value) filter (where kind = 'hukou_township' and during @> stay.left_date) as home_township
    from held
    where held.child_id = stay.child_id
) as place on stay.left_date is not null
left join spell as base
    on stay.tier = 'key_care'
    and base.tier = 'statistical'
    and base.child_id = stay.child_id
    and base.county_code = stay.county_code
    and base.left_date = stay.left_date;
