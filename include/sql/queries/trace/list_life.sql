-- A child's life as the published ledger has it: in lanes, what held from when until when, or happened on a day; codes and
-- days, no value of a row; the numbers by which a visit names its item are none of its life. Reads: ledger.sighting, ledger.custody, ledger.offer, ledger.entry, ledger.standing, ledger.fact,
-- ledger.flag, followup.visit, followup.item, identity.event, ledger.refresh.  Binds: child_id.
-- Returns: lane, label, county_code (null: of none), since, until (null: to the ledger's day, or for one day if a point),
-- word, is_point, ledger_day.
with said as (
    select 'seen' as lane, feed as label, county_code, first_seen as since, until_date as until, null as word,
        false as is_point
    from ledger.sighting
    where child_id = :child_id
    union all
    select 'answers', '', county_code, lower(period), upper(period), concat_ws(', ', taken, ended_reason), false
    from ledger.custody
    where child_id = :child_id
    union all
    select 'asked', '', county_code, offered_date, ended_date, concat_ws(', ', state, reason), false
    from ledger.offer
    where child_id = :child_id
    union all
    select 'tier', tier, county_code, entered_date, left_date, left_reason, false
    from ledger.entry
    where child_id = :child_id
        and coalesce(left_reason, '') not in ('merged', 'split', 'withdrawn')
    union all
    select 'tier', tier, county_code, entered_date, left_date, left_reason, false
    from ledger.standing
    where child_id = :child_id
        and coalesce(left_reason, '') not in ('merged', 'split', 'withdrawn')
    union all
    select 'fact', kind, null, lower(span), upper(span), null, false
    from (
        select kind, unnest(range_agg(daterange(as_of_date, expires_date))) as span
        from ledger.fact
        where child_id = :child_id
            and expires_date > as_of_date
            and kind not in ('item_id', 'child_id')
        group by kind
    ) as counted
    union all
    select 'fact', kind, null, as_of_date, null, null, true
    from ledger.fact
    where child_id = :child_id
        and kind not in ('item_id', 'child_id')
    union all
    select 'flag', flag_code, county_code, raised_date, ended_date, coalesce(verdict, status), false
    from ledger.flag
    where child_id = :child_id
        and status <> 'withdrawn'
    union all
    select 'visit', outcome, item.county_code, visited_date, null, verdict, true
    from followup.visit
    join followup.item as item using (item_id)
    where item.child_id = :child_id
    union all
    select 'number', kind, null, CAST(happened_at at time zone 'Asia/Shanghai' AS date), null, reason, true
    from identity.event
    where :child_id in (child_id, other_child_id)
)
select distinct
    said.lane, said.label, said.county_code, said.since, said.until, said.word, said.is_point,
    refresh.as_of_date as ledger_day
from said
cross join ledger.refresh as refresh
where refresh.is_head
order by lane, label, county_code, since;
