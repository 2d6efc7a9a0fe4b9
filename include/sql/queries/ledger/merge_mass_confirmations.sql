-- Rows of one village and day that give the very same answers for too many children, on the days of which a row may count
-- otherwise now: a row of it changed, or what this refresh was told, or told no longer, of the village of a child; their
-- children are touched. The village is the row's own, else the newest one told of the child by that day; where none was told
-- nothing is held against the row. Reads: changed, touched, conformed.source_record, identity.member, ledger.fact,
-- ledger.version. Writes: ledger.mass_confirmation, touched.
-- Binds: feeds, answers (fact kinds), more_than (rules/cadence.yaml).
with moved as materialized (
    select child_id, min(as_of_date) as since_date
    from (
        select fact.child_id, fact.as_of_date
        from changed
        join ledger.fact as fact using (source_record_id)
        where fact.kind in ('residence_township', 'residence_village')
            and fact.known_from = (select ledger.next_refresh())
        union all
        select child_id, CAST(content ->> 'as_of_date' AS date)
        from ledger.version
        where table_name = 'ledger.fact'
            and known_until = (select ledger.next_refresh())
            and content ->> 'kind' in ('residence_township', 'residence_village')
    ) as told
    group by child_id
),
day as (
    select record.feed, record.county_code, record.as_of_date
    from moved
    join identity.member as member using (child_id)
    join conformed.source_record as record using (source_record_id)
    where record.feed = any (CAST(:feeds AS text []))
        and record.as_of_date >= moved.since_date
        and record.facts ->> 'residence_village' is null
    union
    select record.feed, record.county_code, record.as_of_date
    from changed
    join conformed.source_record as record using (source_record_id)
    where record.feed = any (CAST(:feeds AS text []))
    union
    select mass.feed, mass.county_code, mass.as_of_date
    from changed
    join ledger.mass_confirmation as mass using (source_record_id)
),
crowded as (
    select day.feed, day.county_code, day.as_of_date, told.source_record_id, told.facts, told.child_id, told.rows_of_day
    from day
    cross join lateral (
        select record.source_record_id, record.facts, member.child_id, count(*) over () as rows_of_day
        from conformed.source_record as record
        join identity.member as member using (source_record_id)
        where record.feed = day.feed
            and record.county_code = day.county_code
            and record.as_of_date = day.as_of_date
            and record.status = 'in_force'
            and coalesce(record.facts ->> 'visit_outcome', 'reached') = 'reached'
    ) as told
),
answered as (
    select
        crowded.source_record_id,
        crowded.child_id,
        crowded.feed,
        crowded.county_code,
        crowded.as_of_date,
        coalesce(crowded.facts ->> 'residence_township', told.township) as township,
        coalesce(crowded.facts ->> 'residence_village', told.village) as village,
        array(select crowded.facts ->> answer from unnest(CAST(:answers AS text [])) as answer) as answers
    from crowded
    left join lateral (
        select
            (array_agg(fact.value order by fact.as_of_date desc, fact.value)
                filter (where fact.kind = 'residence_township'))[1] as township,
            (array_agg(fact.value order by fact.as_of_date desc, fact.value)
                filter (where fact.kind = 'residence_village'))[1] as village
        from ledger.fact as fact
        where crowded.facts ->> 'residence_village' is null
            and fact.child_id = crowded.child_id
            and fact.kind in ('residence_township', 'residence_village')
            and fact.as_of_date <= crowded.as_of_date
    ) as told on true
    where crowded.rows_of_day > CAST(:more_than AS integer)
),
alike as (
    select
        array_agg(source_record_id) as source_record_ids,
        feed,
        county_code,
        as_of_date,
        count(distinct child_id) as child_count
    from answered
    where village is not null
    group by feed, county_code, as_of_date, township, village, answers
    having count(distinct child_id) > CAST(:more_than AS integer)
),
found as (
    select source_record_id, alike.feed, alike.county_code, alike.as_of_date, alike.child_count
    from alike
    cross join lateral unnest(alike.source_record_ids) as source_record_id
    union all
    select mass.source_record_id, mass.feed, mass.county_code, mass.as_of_date, null
    from day
    join ledger.mass_confirmation as mass using (feed, county_code, as_of_date)
    where mass.source_record_id not in (select unnest(source_record_ids) from alike)
),
judged as (
    merge into ledger.mass_confirmation as mass
    using found
    on mass.source_record_id = found.source_record_id
    when matched and found.child_count is null then delete
    when matched and (mass.as_of_date, mass.child_count) is distinct from (found.as_of_date, found.child_count)
        then update set as_of_date = found.as_of_date, child_count = found.child_count
    when not matched then insert (source_record_id, feed, county_code, as_of_date, child_count)
    values (found.source_record_id, found.feed, found.county_code, found.as_of_date, found.child_count)
    returning mass.source_record_id
)
insert into touched (child_id)
select distinct member.child_id
from judged
join identity.member as member using (source_record_id)
where member.child_id not in (select child_id from touched);
