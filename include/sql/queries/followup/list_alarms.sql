-- What nobody may overlook: events that wait too long for a receiver, events a receiver refused for good, items given back
-- and given to nobody, re-checks nobody made, referrals nobody answered, dockets past their day. Reads: followup.outbox,
-- followup.standing, followup.item, followup.recheck, followup.referral, followup.waiting_docket.  Binds: at, hours.
select alarm, place, count(*) as count, min(since_at) as since_at
from (
    select
        case state when 'dead' then 'dead letters' else 'events that nobody received' end as alarm,
        destination as place,
        addressed_at as since_at
    from followup.outbox
    where state = 'dead'
        or (state = 'pending' and addressed_at < CAST(:at AS timestamptz) - make_interval(hours => :hours))
    union all
    select 'items returned and given to nobody', item.county_code, standing.happened_at
    from followup.standing as standing
    join followup.item as item using (item_id)
    where standing.kind = 'returned'
        and standing.due_at < CAST(:at AS timestamptz)
        and item.state in ('queued', 'delivered')
    union all
    select 're-checks nobody made', item.county_code, followup.end_of(recheck.due_date)
    from followup.recheck as recheck
    join followup.item as item using (item_id)
    where recheck.done_date is null
        and followup.end_of(recheck.due_date) < CAST(:at AS timestamptz)
    union all
    select 'referrals nobody answered', county_code || ' ' || department, due_at
    from followup.referral
    where state = 'open'
        and due_at < CAST(:at AS timestamptz)
    union all
    select 'dockets past their day', holder_county_code, followup.end_of(due_date)
    from followup.waiting_docket
    where followup.end_of(due_date) < CAST(:at AS timestamptz)
) as waiting
group by alarm, place
order by alarm, place;
