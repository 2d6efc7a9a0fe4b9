-- Referrals that open by themselves, once for each item, kind, situation and department, and again for a later visit that found
-- it after the first was answered: what is suspected is told, not decided. Of two files that tell a visit differently either counts.
-- Reads: followup.item, followup.visit, followup.conflict, conformed.source_record, ledger.flag, followup.workday.
-- Writes: followup.referral.
-- Binds: at, rules (kind, departments, flags and visits with their situations, hours, working_days).
with rule as (
    select kind, departments, flags, visits, hours, working_days
    from jsonb_to_recordset(CAST(:rules AS jsonb)) as told (
        kind text, departments text [], flags jsonb, visits jsonb, hours integer, working_days integer
    )
),
said as (
    select item_id, visited_date, unnest(array[outcome, verdict, other_verdict]) as word
    from followup.visit
    union all
    select
        conflict.item_id,
        conflict.visited_date,
        unnest(array[record.facts ->> 'visit_outcome', record.facts ->> 'verdict', record.facts ->> 'other_verdict'])
    from followup.conflict as conflict
    join conformed.source_record as record
        on record.source_record_id in (conflict.standing_record_id, conflict.other_record_id)
    where conflict.settled_at is null
),
suspected as (
    select item.item_id, rule.kind, rule.flags ->> flag.flag_code as situation, CAST(null AS date) as found_date
    from followup.item as item
    join ledger.flag as flag using (flag_id)
    join rule on rule.flags ? flag.flag_code
    where item.state in ('queued', 'delivered')
    union all
    select said.item_id, rule.kind, rule.visits ->> said.word, max(said.visited_date)
    from said
    join rule on rule.visits ? said.word
    group by said.item_id, rule.kind, rule.visits ->> said.word
)
insert into followup.referral (item_id, kind, department, county_code, situation, opened_at, due_at)
select distinct
    item.item_id,
    rule.kind,
    department.name,
    item.county_code,
    suspected.situation,
    CAST(:at AS timestamptz),
    coalesce(
        CAST(:at AS timestamptz) + make_interval(hours => rule.hours),
        followup.end_of(followup.workday_after(followup.day_of(CAST(:at AS timestamptz)), rule.working_days))
    )
from suspected
join followup.item as item using (item_id)
join rule using (kind)
cross join lateral unnest(rule.departments) as department (name)
where not exists (
    select 1
    from followup.referral as referral
    where referral.item_id = item.item_id
        and referral.kind = rule.kind
        and referral.department = department.name
        and referral.situation = suspected.situation
        and (
            referral.state in ('open', 'accepted')
            or referral.state <> 'withdrawn'
            and (suspected.found_date is null or followup.day_of(referral.opened_at) >= suspected.found_date)
        )
)
order by item.item_id, rule.kind, suspected.situation, department.name;
