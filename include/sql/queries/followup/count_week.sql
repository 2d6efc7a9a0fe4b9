-- What happened to the items of each county in a week, and what is open now. Reads: followup.event, followup.escalation,
-- followup.item.  Binds: since, until, at.
with happened as (
    select
        county_code,
        count(*) filter (where kind = 'queued') as queued,
        count(*) filter (where kind = 'closed') as closed,
        count(*) filter (where kind = 'withdrawn') as withdrawn,
        count(*) filter (where kind = 'returned') as returned
    from followup.event
    where happened_at >= CAST(:since AS timestamptz)
        and happened_at < CAST(:until AS timestamptz)
    group by county_code
),
told as (
    select
        item.county_code,
        count(*) filter (where escalation.level = 1) as township,
        count(*) filter (where escalation.level = 2) as county,
        count(*) filter (where escalation.level = 3) as city
    from followup.escalation as escalation
    join followup.item as item using (item_id)
    where escalation.since_at >= CAST(:since AS timestamptz)
        and escalation.since_at < CAST(:until AS timestamptz)
    group by item.county_code
),
standing as (
    select
        county_code,
        count(*) as open,
        count(*) filter (where due_at <= CAST(:at AS timestamptz)) as late,
        count(*) filter (where attempt_count > 0) as not_met
    from followup.item
    where state in ('queued', 'delivered')
    group by county_code
)
select
    county_code,
    coalesce(happened.queued, 0) as queued,
    coalesce(happened.closed, 0) as closed,
    coalesce(happened.withdrawn, 0) as withdrawn,
    coalesce(happened.returned, 0) as returned,
    coalesce(told.township, 0) as township,
    coalesce(told.county, 0) as county,
    coalesce(told.city, 0) as city,
    coalesce(standing.open, 0) as open,
    coalesce(standing.late, 0) as late,
    coalesce(standing.not_met, 0) as not_met
from happened
full join told using (county_code)
full join standing using (county_code)
order by county_code;
