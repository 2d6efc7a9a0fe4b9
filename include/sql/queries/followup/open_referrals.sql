-- Referrals that open by themselves, once for each item, kind and department: what is suspected is told, not decided.
-- Reads: followup.item, followup.visit, ledger.flag, followup.workday. Writes: followup.referral.
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
join jsonb_to_recordset(CAST(:rules AS jsonb)) as rule (
    kind text, departments text [], flags jsonb, outcomes jsonb, hours integer, working_days integer
)
    on (item.state in ('queued', 'delivered') and rule.flags ? flag.flag_code)
        or (
            item.state <> 'withdrawn'
            and exists (
                select 1
                from followup.visit as visit
                where visit.item_id = item.item_id
                    and rule.outcomes ? visit.outcome
            )
        )
cross join lateral unnest(rule.departments) as department (name)
where not exists (
    select 1
    from followup.referral as referral
    where referral.item_id = item.item_id
        and referral.kind = rule.kind
        and referral.department = department.name
)
order by item.item_id, rule.kind, department.name;
