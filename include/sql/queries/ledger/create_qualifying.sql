-- Children who belong in the ledger of one of the province's counties on a day: the place they moved to keeps it
-- (rules/definitions/monitored.yaml); since when: half a year after moving there, or first told to live there. Reads: ledger.profile, ledger.current_fact.
create temporary table qualifying on commit drop as
select
    profile.child_id,
    profile.residence_code as county_code,
    case
        when profile.residence_since <= CAST(:as_of AS date) - make_interval(months => CAST(:months AS integer))
            then 'monitored'
        else 'candidate'
    end as tier,
    CAST(coalesce(
        case
            when profile.residence_since <= CAST(:as_of AS date) - make_interval(months => CAST(:months AS integer))
                then profile.residence_since + make_interval(months => CAST(:months AS integer))
            else profile.residence_since
        end,
        (
            select min(seen.as_of_date)
            from ledger.fact as seen
            where seen.child_id = profile.child_id
                and seen.kind = 'residence_code'
                and seen.value = profile.residence_code
                and not exists (
                    select 1
                    from ledger.fact as elsewhere
                    where elsewhere.child_id = profile.child_id
                        and elsewhere.kind = 'residence_code'
                        and elsewhere.value <> profile.residence_code
                        and elsewhere.as_of_date >= seen.as_of_date
                        and elsewhere.as_of_date <= CAST(:as_of AS date)
                )
        ),
        profile.last_evidence_date
    ) AS date) as entered_date,
    profile.basis
from ledger.profile as profile
where profile.birth_date > CAST(:as_of AS date) - make_interval(years => CAST(:under_age AS integer))
    and profile.hukou_code <> profile.residence_code
    and CAST(:own_counties AS jsonb) ? profile.residence_code
    and not (
        left(profile.hukou_code, 4) = left(profile.residence_code, 4)
        and coalesce(
            CAST(:central_urban_districts AS jsonb) -> (left(profile.residence_code, 4) || '00')
                @> jsonb_build_array(profile.hukou_code, profile.residence_code),
            false
        )
    )
    and not exists (
        select 1
        from ledger.current_fact(CAST(:as_of AS date)) as fact
        where fact.child_id = profile.child_id
            and fact.kind = 'cancel_reason'
            and fact.value in ('died', 'moved_out', 'returned')
    );
