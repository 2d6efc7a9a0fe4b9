-- What qualifies, as stays with the reason each ended. Whoever stands under one version and the next stays.
-- Reads: qualifying, held. Writes: spell.  Binds: as_of, tiers, versions_begin (days a version came into force).
-- Key care ends as the statistical stay it rests on does, else because no reason is left.
insert into spell (
    tier, child_id, county_code, stay, definition_version, entered_date, left_date, left_reason, basis
)
with counted as (
    select qualifying.tier, qualifying.child_id, qualifying.county_code, range_agg(qualifying.during) as during
    from qualifying
    where CAST(:tiers AS jsonb) ? qualifying.tier
    group by qualifying.tier, qualifying.child_id, qualifying.county_code
),
stay as (
    select
        counted.tier,
        case when counted.tier = 'candidate' then 'monitored' else counted.tier end as ledger,
        counted.child_id,
        counted.county_code,
        row_number() over (partition by counted.tier, counted.child_id, counted.county_code order by lower(part)) as stay,
        lower(part) as entered_date,
        case when upper(part) <= CAST(:as_of AS date) then upper(part) end as left_date
    from counted
    cross join lateral unnest(counted.during) as part
    where lower(part) <= CAST(:as_of AS date)
),
place as (
    select stay.tier, stay.child_id, stay.county_code, stay.stay,
        max(held.value) filter (where held.kind = 'residence_code' and held.during @> stay.left_date) as residence,
        max(held.value) filter (where held.kind = 'hukou_code' and held.during @> stay.left_date) as register,
        max(held.value) filter (where held.kind = 'residence_code' and held.during @> stay.left_date - 1) as last_residence,
        max(held.value) filter (where held.kind = 'hukou_code' and held.during @> stay.left_date - 1) as last_register,
        max(held.value) filter (where held.kind = 'residence_township' and held.during @> stay.left_date) as township,
        max(held.value) filter (where held.kind = 'hukou_township' and held.during @> stay.left_date) as home_township
    from stay
    join held using (child_id)
    where stay.left_date is not null
    group by stay.tier, stay.child_id, stay.county_code, stay.stay
)
select
    stay.tier,
    stay.child_id,
    stay.county_code,
    stay.stay,
    origin.definition_version,
    stay.entered_date,
    stay.left_date,
    case
        when stay.left_date is null then null
        when stay.left_date >= origin.aged_date then 'turned_16'
        when following.county_code = stay.county_code then 'other_tier'
        when following.county_code is not null then 'moved'
        when stay.tier = 'key_care' then coalesce(base.left_reason, 'reason_ended')
        when place.residence in ('died', 'returned', 'moved') then place.residence
        when place.residence is null or place.register is null then 'evidence_expired'
        when place.residence = place.register
            and (place.last_residence <> place.last_register or place.township = place.home_township) then 'returned'
        when place.residence <> stay.county_code then 'moved'
        when CAST(:versions_begin AS jsonb) ? CAST(stay.left_date AS text) then 'definition'
        else 'not_met'
    end,
    origin.basis
from stay
join qualifying as origin
    on origin.tier = stay.tier
    and origin.child_id = stay.child_id
    and origin.county_code = stay.county_code
    and origin.during @> coalesce(stay.left_date - 1, CAST(:as_of AS date))
left join stay as following
    on following.child_id = stay.child_id
    and following.ledger = stay.ledger
    and following.entered_date = stay.left_date
left join place
    on place.tier = stay.tier
    and place.child_id = stay.child_id
    and place.county_code = stay.county_code
    and place.stay = stay.stay
left join spell as base
    on base.tier = 'statistical'
    and base.child_id = stay.child_id
    and base.county_code = stay.county_code
    and base.left_date = stay.left_date;
