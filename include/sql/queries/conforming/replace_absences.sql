-- Keys of a snapshot that the next one no longer has, over the whole history of a zone: decided anew, so that the order of
-- arrival says nothing. A row held back names its child, too; where the key of one is not known (the empty key), it may be
-- any child's: such a file, or supplement, makes nobody absent and the next whole one is asked instead. So it is where more
-- than :truncated_above of the known keys vanish at once: the file counts as truncated. Reads: intake.receipt,
-- conformed.source_record, conformed.held_key. Writes: conformed.absence.
with standing as (
    select receipt_id, as_of_date, supplement
    from intake.receipt
    where feed = :feed
        and county_code = :county_code
        and state = 'settled'
        and verdict <> 'rejected'
        and withdrawn_at is null
        and superseded_by is null
        and CAST(:is_snapshot AS boolean)
),
period as (
    select as_of_date, row_number() over (order by as_of_date) as place
    from standing
    where supplement = 0
    group by as_of_date
),
sighting as (
    select period.place, record.record_key, record.source_record_id
    from conformed.source_record as record
    join standing using (receipt_id)
    join period on period.as_of_date = standing.as_of_date
    where record.status = 'in_force'
),
named as (
    select place, record_key
    from sighting
    union
    select period.place, held.record_key
    from conformed.held_key as held
    join standing using (receipt_id)
    join period on period.as_of_date = standing.as_of_date
    where held.record_key <> ''
),
unsure as (
    select period.place
    from conformed.held_key as held
    join standing using (receipt_id)
    join period on period.as_of_date = standing.as_of_date
    where held.record_key = ''
),
run as (
    select
        place,
        record_key,
        lead(place) over (partition by record_key order by place) as next_place
    from named
),
shrunk as (
    select place + 1 as place
    from run
    group by place
    having count(*) filter (where next_place is distinct from place + 1) > CAST(:truncated_above AS numeric) * count(*)
),
missing as (
    select run.record_key, run.place as last_place, period.place, period.as_of_date
    from run
    join period on period.place > run.place
        and period.place < coalesce(run.next_place, period.place + 1)
        and not exists (
            select 1
            from period as between_them
            where between_them.place > run.place
                and between_them.place < period.place
                and between_them.place not in (select place from shrunk)
                and between_them.place not in (select place from unsure)
        )
),
truncated as (
    select place
    from shrunk
    union
    select missing.place
    from missing
    group by missing.place
    having count(*) > CAST(:truncated_above AS numeric)
        * (count(*) + (select count(*) from named where named.place = missing.place))
),
found as (
    select distinct on (missing.record_key, missing.as_of_date)
        missing.record_key,
        missing.as_of_date as absent_date,
        sighting.source_record_id as last_record_id,
        case when truncated.place is null then 'unconfirmed' else 'truncated' end as state
    from missing
    join sighting on sighting.record_key = missing.record_key and sighting.place <= missing.last_place
    left join truncated on truncated.place = missing.place
    where truncated.place is not null
        or missing.place not in (select place from unsure)
    order by missing.record_key, missing.as_of_date, sighting.place desc
),
gone as (
    delete from conformed.absence as absence
    where absence.feed = :feed
        and absence.county_code = :county_code
        and not exists (
            select 1
            from found
            where found.record_key = absence.record_key
                and found.absent_date = absence.absent_date
        )
)
insert into conformed.absence (feed, county_code, record_key, absent_date, last_record_id, state)
select :feed, :county_code, record_key, absent_date, last_record_id, state
from found
on conflict (feed, county_code, record_key, absent_date) do update set
    last_record_id = excluded.last_record_id,
    state = excluded.state,
    decided_by = null
where (absence.last_record_id, absence.state = 'truncated')
    is distinct from (excluded.last_record_id, excluded.state = 'truncated');
