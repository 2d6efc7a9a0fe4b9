-- Children the files of a round speak of beside the children in the county's ledger, as a refresh knew them; each child of
-- the one who is not of the other falls under one cause, or under none, which is a difference.
-- Reads: intake.receipt, rounds.record_of, ledger.entry, ledger.profile, ledger.fact.
-- Binds: known (the refresh), receipt_ids, known_at, as_of (of the refresh), under_age, central_urban_districts, own_counties;
-- county_code (null for all).
with spoken as (
    select receipt.county_code, record.child_id, count(*) as records, min(record.as_of_date) as first_date
    from rounds.record_of(CAST(:receipt_ids AS bigint []), CAST(:known_at AS timestamptz)) as record
    join intake.receipt as receipt using (receipt_id)
    where record.status = 'in_force'
        and record.child_id is not null
    group by receipt.county_code, record.child_id
),
standing as (
    select county_code, child_id, tier
    from ledger.entry_as_known(CAST(:known AS bigint))
    where left_date is null
        and county_code = coalesce(CAST(:county_code AS text), county_code)
),
placed as (
    select
        coalesce(spoken.county_code, standing.county_code) as county_code,
        spoken.records,
        standing.tier,
        case
            when standing.child_id is not null then null
            when elsewhere.child_id is not null then 'elsewhere'
            when spoken.first_date > CAST(:as_of AS date) then 'not_yet'
            when profile.child_id is null then null
            when profile.birth_date is null or profile.hukou_code is null or profile.residence_code is null
                then 'place_unknown'
            when profile.birth_date <= CAST(:as_of AS date) - make_interval(years => CAST(:under_age AS integer))
                then 'of_age'
            when profile.hukou_code = profile.residence_code then 'at_home'
            when not CAST(:own_counties AS jsonb) ? profile.residence_code then 'outside_province'
            when left(profile.hukou_code, 4) = left(profile.residence_code, 4)
                and CAST(:central_urban_districts AS jsonb) -> (left(profile.residence_code, 4) || '00')
                    @> jsonb_build_array(profile.hukou_code, profile.residence_code)
                then 'one_city'
            when cancelled.is_so then 'cancelled'
        end as cause
    from spoken
    full join standing on standing.county_code = spoken.county_code and standing.child_id = spoken.child_id
    left join ledger.entry_as_known(CAST(:known AS bigint)) as elsewhere
        on elsewhere.child_id = spoken.child_id and elsewhere.left_date is null and standing.child_id is null
    left join ledger.profile_as_known(CAST(:known AS bigint)) as profile
        on profile.child_id = spoken.child_id and standing.child_id is null
    left join lateral (
        select true as is_so
        from ledger.fact_as_known(CAST(:known AS bigint)) as fact
        where fact.child_id = profile.child_id
            and (
                (fact.kind = 'cancel_reason' and fact.value in ('died', 'moved_out', 'returned'))
                or (fact.kind in ('verdict', 'other_verdict') and fact.value in ('died', 'returned_home'))
                or (fact.kind = 'visit_outcome' and fact.value = 'moved')
            )
            and fact.as_of_date <= CAST(:as_of AS date)
            and (fact.value = 'died' or fact.expires_date > CAST(:as_of AS date))
        limit 1
    ) as cancelled on true
)
select
    county_code,
    CAST(coalesce(sum(records), 0) AS bigint) as records,
    count(records) as children,
    CAST(coalesce(sum(records - 1), 0) AS bigint) as same_child,
    count(*) filter (where tier is not null and records is null) as other_files,
    count(*) filter (where cause = 'elsewhere') as elsewhere,
    count(*) filter (where cause = 'not_yet') as not_yet,
    count(*) filter (where cause = 'place_unknown') as place_unknown,
    count(*) filter (where cause = 'of_age') as of_age,
    count(*) filter (where cause = 'at_home') as at_home,
    count(*) filter (where cause = 'outside_province') as outside_province,
    count(*) filter (where cause = 'one_city') as one_city,
    count(*) filter (where cause = 'cancelled') as cancelled
from placed
group by county_code;
