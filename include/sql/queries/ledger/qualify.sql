-- Of those who crossed the boundary the ones who are young enough, in the days a version is in force: with a tier where the
-- months away are proven and somebody came along, with another tier, or none, where not. A stay at home no longer than
-- :short_return_days, between two stays in one county, does not interrupt. Reads: crossing, held, born. Writes: qualifying.
-- Binds: tier, unproven_tier, definition_version, under_age, months, unaccompanied, short_return_days, in_force_from,
-- in_force_until.
insert into qualifying (tier, definition_version, child_id, county_code, during, aged_date, basis)
with away as (
    select child_id, county_code, range_agg(during) as during, min(basis) as basis
    from crossing
    group by child_id, county_code
),
home as (
    select residence.child_id, range_agg(residence.during * register.during) as during
    from held as residence
    join held as register using (child_id, value)
    where CAST(:short_return_days AS integer) > 0
        and residence.kind = 'residence_code'
        and register.kind = 'hukou_code'
    group by residence.child_id
),
stay as (
    select
        away.child_id,
        away.county_code,
        away.basis,
        away.during + coalesce(
            (
                select range_agg(gap)
                from unnest(datemultirange(range_merge(away.during)) - away.during) as gap
                where gap <@ home.during
                    and upper(gap) - lower(gap) <= CAST(:short_return_days AS integer)
            ),
            '{}'
        ) as during
    from away
    left join home using (child_id)
),
told as (
    select
        child_id,
        range_agg(during * datemultirange(daterange(
            CAST(CAST(value AS date) + make_interval(months => CAST(:months AS integer)) AS date), null
        ))) filter (where kind = 'residence_since') as long_enough,
        range_agg(during) filter (where kind = 'lives_with' and CAST(:unaccompanied AS jsonb) ? value) as unaccompanied,
        min(first_record_id) filter (where kind = 'residence_since') as record_id
    from held
    where kind in ('residence_since', 'lives_with')
    group by child_id
),
young as (
    select
        stay.child_id,
        stay.county_code,
        array_remove(stay.basis || born.source_record_id || told.record_id, null) as basis,
        born.aged_date,
        stay.during * datemultirange(
            daterange(CAST(:in_force_from AS date), CAST(:in_force_until AS date)) * daterange(null, born.aged_date)
        ) as during,
        case when CAST(:months AS integer) = 0 then stay.during else coalesce(told.long_enough, '{}') end
            - coalesce(told.unaccompanied, '{}') as proven
    from stay
    join (
        select
            child_id,
            source_record_id,
            CAST(birth_date + make_interval(years => CAST(:under_age AS integer)) AS date) as aged_date
        from born
    ) as born using (child_id)
    left join told using (child_id)
)
select part.tier, :definition_version, young.child_id, young.county_code, part.during, young.aged_date, young.basis
from young
cross join lateral (
    values
        (CAST(:tier AS text), young.during * young.proven),
        (CAST(:unproven_tier AS text), young.during - young.proven)
) as part (tier, during)
where part.tier is not null
    and not isempty(part.during);
