-- What nobody may overlook: events that wait too long for a receiver, events a receiver refused for good, items given back
-- and given to nobody, re-checks nobody made, urgent items that grew old unanswered, visits that met another child, outcomes of no
-- item, referrals nobody answered, or accepted and not done, children no county took over, dockets past their day.
-- Reads: followup.outbox, followup.standing, followup.item, followup.recheck, followup.visit, followup.grown_old, ledger.entry,
-- ledger.custody, conformed.source_record, followup.referral, followup.referral_answer, ledger.pool, followup.waiting_docket.
-- Binds: at, hours, done_days (kind → days from the first acceptance).
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
    select 're-checks nobody made', coalesce(entry.county_code, item.county_code), followup.end_of(recheck.due_date)
    from followup.recheck as recheck
    join followup.item as item using (item_id)
    left join ledger.entry as entry
        on entry.child_id = item.child_id and entry.left_date is null and entry.tier in ('monitored', 'candidate')
    where recheck.done_date is null
        and followup.end_of(recheck.due_date) < CAST(:at AS timestamptz)
    union all
    select 'urgent items that grew old unanswered', item.county_code, item.due_at
    from followup.grown_old
    join followup.item as item using (item_id)
    where not exists (
        select 1
        from ledger.custody as custody
        where custody.child_id = item.child_id
            and custody.ended_reason = 'died'
    )
    union all
    select 'visits that met another child', item.county_code, followup.end_of(min(visit.visited_date))
    from followup.visit as visit
    join followup.item as item using (item_id)
    where item.state in ('queued', 'delivered')
        and (visit.verdict in ('not_the_child', 'duplicate_person') or visit.other_verdict in ('not_the_child', 'duplicate_person'))
    group by item.item_id
    union all
    select 'outcomes of no item', record.county_code, followup.end_of(record.as_of_date)
    from conformed.source_record as record
    where record.facts ? 'visit_outcome'
        and record.status = 'in_force'
        and record.source_record_id in (select source_record_id from identity.member)
        and not exists (select 1 from followup.visit as visit where visit.source_record_id = record.source_record_id)
    union all
    select 'referrals nobody answered', county_code || ' ' || department, due_at
    from followup.referral
    where state = 'open'
        and due_at < CAST(:at AS timestamptz)
    union all
    select 'children no county took over', county_code, followup.end_of(since_date)
    from ledger.pool
    union all
    select 'referrals accepted and not done', county_code || ' ' || department, promised.due_at
    from followup.referral as referral
    cross join lateral (
        select followup.end_of(
            followup.day_of(min(answer.answered_at)) + CAST(CAST(:done_days AS jsonb) ->> referral.kind AS integer)
        ) as due_at
        from followup.referral_answer as answer
        where answer.referral_id = referral.referral_id
            and answer.state = 'accepted'
    ) as promised
    where referral.state = 'accepted'
        and promised.due_at < CAST(:at AS timestamptz)
    union all
    select 'dockets past their day', holder_county_code, followup.end_of(due_date)
    from followup.waiting_docket
    where followup.end_of(due_date) < CAST(:at AS timestamptz)
) as waiting
group by alarm, place
order by alarm, place;
