-- What is known of each absence: the newest word of another source decides, none leaves it unconfirmed. Nothing is closed by
-- it. Reads: conformed.absence, conformed.source_record, identity.member, ledger.fact, followup.visit.
-- Writes: conformed.absence.  Binds: statuses, outcomes, verdicts (rules/absence.yaml).
with absent as (
    select
        absence.feed,
        absence.county_code,
        absence.record_key,
        absence.absent_date,
        member.child_id,
        record.as_of_date as last_date,
        exists (
            select 1
            from conformed.source_record as again
            where again.feed = absence.feed
                and again.county_code = absence.county_code
                and again.record_key = absence.record_key
                and again.status = 'in_force'
                and again.as_of_date > absence.absent_date
        ) as is_back
    from conformed.absence as absence
    join conformed.source_record as record on record.source_record_id = absence.last_record_id
    left join identity.member as member on member.source_record_id = absence.last_record_id
    where absence.state <> 'truncated'
),
visited as (
    select coalesce(child.merged_into, child.child_id) as child_id, visit.visited_date, visit.outcome,
        case when CAST(:verdicts AS jsonb) ? visit.other_verdict then visit.other_verdict else visit.verdict end as verdict
    from followup.visit as visit
    join followup.item as item using (item_id)
    join identity.child as child on child.child_id = item.child_id
),
word (feed, county_code, record_key, absent_date, said_date, state, decided_by) as (
    select absent.feed, absent.county_code, absent.record_key, absent.absent_date,
        greatest(absent.absent_date, other.absent_date), 'confirmed', 'two_feeds'
    from absent
    join absent as other using (child_id, county_code)
    where other.feed <> absent.feed
        and not other.is_back
    union all
    select absent.feed, absent.county_code, absent.record_key, absent.absent_date, fact.as_of_date, 'confirmed', 'status'
    from absent
    join ledger.fact as fact using (child_id)
    where CAST(:statuses AS jsonb) -> fact.kind ? fact.value
        and fact.as_of_date >= absent.last_date
    union all
    select absent.feed, absent.county_code, absent.record_key, absent.absent_date, visited.visited_date, 'confirmed', 'visit'
    from absent
    join visited using (child_id)
    where (CAST(:outcomes AS jsonb) ? visited.outcome or CAST(:verdicts AS jsonb) ? visited.verdict)
        and visited.visited_date >= absent.last_date
    union all
    select absent.feed, absent.county_code, absent.record_key, absent.absent_date, visited.visited_date, 'refuted',
        'seen_elsewhere'
    from absent
    join visited using (child_id)
    where visited.outcome = 'reached'
        and not coalesce(CAST(:verdicts AS jsonb) ? visited.verdict, false)
        and visited.visited_date > absent.absent_date
    union all
    select absent.feed, absent.county_code, absent.record_key, absent.absent_date, fact.as_of_date, 'refuted',
        'seen_elsewhere'
    from absent
    join ledger.fact as fact using (child_id)
    join conformed.source_record as record using (source_record_id)
    where fact.kind = 'residence_code'
        and fact.value = absent.county_code
        and record.feed <> absent.feed
        and fact.as_of_date > absent.absent_date
    union all
    select feed, county_code, record_key, absent_date, 'infinity', 'refuted', 'key_again'
    from absent
    where is_back
),
decided as (
    select distinct on (absent.feed, absent.county_code, absent.record_key, absent.absent_date)
        absent.feed,
        absent.county_code,
        absent.record_key,
        absent.absent_date,
        coalesce(word.state, 'unconfirmed') as state,
        word.decided_by
    from absent
    left join word using (feed, county_code, record_key, absent_date)
    order by
        absent.feed, absent.county_code, absent.record_key, absent.absent_date, word.said_date desc nulls last,
        word.state, word.decided_by
)
update conformed.absence as absence
set state = decided.state, decided_by = decided.decided_by
from decided
where (absence.feed, absence.county_code, absence.record_key, absence.absent_date)
    = (decided.feed, decided.county_code, decided.record_key, decided.absent_date)
    and (absence.state, absence.decided_by) is distinct from (decided.state, decided.decided_by);
