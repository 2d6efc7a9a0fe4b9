-- Referrals that open by themselves, once for each item, kind and department, and again for a later visit that found the danger
-- after the first was answered: what is suspected is told, not decided. Of two files that tell a visit differently either counts.
-- Reads: followup.item, followup.visit, followup.conflict, conformed.source_record, ledger.flag, followup.workday.
-- Writes: followup.referral.
-- Binds: at, rules (kind, departments, flags, outcomes, hours, working_days).
insert into followup.referral (item_id, kind, department, county_code, opened_at, due_at)
select
    item.item_id,
    rule.kind,
    department.name,
    item.county_code,
    CAST(:at AS timestamptz),
    coalesce(
        CAST(:at AS timestamptz) + make_interval(hours => rule.hours),
        followup.end_of(followup.workday_after(followup.day_of(CAST(:at AS timestamptz)), rule.working_days))
    )
from followup.item as item
join ledger.flag as flag using (flag_id)
cross join jsonb_to_recordset(CAST(:rules AS jsonb)) as rule (
    kind text, departments text [], flags jsonb, outcomes jsonb, hours integer, working_days integer
)
cross join lateral (
    select max(visited_date) as found_date
    from (
        select visit.visited_date
        from followup.visit as visit
        where visit.item_id = item.item_id
            and rule.outcomes ? visit.outcome
        union all
        select conflict.visited_date
        from followup.conflict as conflict
        join conformed.source_record as other on other.source_record_id = conflict.other_record_id
        where conflict.item_id = item.item_id
            and conflict.settled_at is null
            and rule.outcomes ? (other.facts ->> 'visit_outcome')
    ) as found
) as danger
cross join lateral unnest(rule.departments) as department (name)
where (danger.found_date is not null or item.state in ('queued', 'delivered') and rule.flags ? flag.flag_code)
    and not exists (
        select 1
        from followup.referral as referral
        where referral.item_id = item.item_id
            and referral.kind = rule.kind
            and referral.department = department.name
            and (
                referral.state in ('open', 'accepted')
                or referral.state <> 'withdrawn'
                and (danger.found_date is null or followup.day_of(referral.opened_at) >= danger.found_date)
            )
    )
order by item.item_id, rule.kind, department.name;
