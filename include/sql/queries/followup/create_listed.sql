-- Every open item, and those to be seen again soon, with what the visitor needs to know and, without any value, what changed
-- since it was last asked; who is seen again is on the list of the county it lives in by now.
-- Reads: followup.item, ledger.flag_change, followup.recheck, followup.standing, followup.escalation, followup.visit,
-- ledger.entry, ledger.flag, ledger.profile.  Binds: at, days_before.
create temporary table listed on commit drop as
select
    item.item_id,
    case when recheck.number is null then item.county_code else coalesce(entry.county_code, item.county_code) end as county_code,
    coalesce(recheck.due_date, item.due_date) as due_date,
    coalesce(followup.end_of(recheck.due_date), item.due_at) as due_at,
    -- an hour does not ask whether a day is a holiday
    case when recheck.number is not null then recheck.due_basis when item.due_at = followup.end_of(item.due_date) then item.due_basis end
        as due_basis,
    recheck.number as recheck,
    item.severity,
    item.queue,
    item.attempt_count,
    item.child_id,
    flag.flag_code,
    profile.name,
    profile.sex,
    profile.birth_date,
    profile.residence_township,
    profile.residence_village,
    profile.address,
    profile.guardian_name,
    profile.guardian_phone,
    profile.guardian_id_number,
    flag.raised_date,
    standing.kind as standing,
    standing.holder,
    (
        select jsonb_agg(
            jsonb_build_object(
                'kind', change.kind,
                'feed', change.feed,
                'as_of_date', change.as_of_date,
                'since_date', change.since_date,
                'was_answered', change.previous_verdict is not null,
                'is_new', change.previous_value is null,
                'is_ended', change.is_ended
            )
            order by change.kind
        )
        from ledger.flag_change as change
        where change.flag_id = flag.flag_id
            and change.value is distinct from change.previous_value
    ) as changes,
    (
        select max(escalation.level)
        from followup.escalation as escalation
        where escalation.item_id = item.item_id
            and escalation.since_at >= item.queued_at
            and recheck.number is null
    ) as level,
    coalesce(
        (
            select visit.outcome = 'moved' and visit.visited_date >= profile.last_evidence_date
            from followup.visit as visit
            where visit.item_id = item.item_id
            order by visit.visited_date desc, visit.source_record_id desc
            limit 1
        ),
        false
    ) as is_gone
from followup.item as item
join ledger.flag as flag using (flag_id)
join ledger.profile as profile on profile.child_id = item.child_id
left join followup.recheck as recheck on recheck.item_id = item.item_id and recheck.done_date is null
left join ledger.entry as entry
    on entry.child_id = item.child_id and entry.left_date is null and entry.tier in ('monitored', 'candidate')
left join followup.standing as standing on standing.item_id = item.item_id
where item.state in ('queued', 'delivered')
    or recheck.due_date <= followup.day_of(CAST(:at AS timestamptz)) + CAST(:days_before AS integer);
