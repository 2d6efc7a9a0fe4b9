-- Outcomes that came back, where the row is of the child the item is about, or names that child's number and puts only its name
-- (and says so) or only its birth date right; what differs in more may be of another line of the list. Of two answers that
-- contradict each other what an officer chose, column by column, and until then none.
-- Reads: conformed.source_record, identity.member, ledger.profile, followup.conflict. Writes: followup.visit.
insert into followup.visit as visit (source_record_id, item_id, visited_date, outcome, verdict, other_verdict, is_disputed)
select
    record.source_record_id,
    item.item_id,
    record.as_of_date,
    coalesce(chosen.facts, record.facts) ->> 'visit_outcome',
    case when not dispute.is_open then coalesce(chosen.facts, record.facts) ->> 'verdict' end,
    case when not dispute.is_open then coalesce(chosen.facts, record.facts) ->> 'other_verdict' end,
    dispute.is_open
from conformed.source_record as record
join identity.member as member using (source_record_id)
join followup.item as item on item.item_id = CAST(record.facts ->> 'item_id' AS bigint)
join identity.child as child on child.child_id = item.child_id
cross join lateral (
    select
        coalesce(bool_or(conflict.settled_at is null), false) as is_open,
        (array_agg(conflict.conflict_id order by conflict.settled_at desc nulls last))[1] as conflict_id
    from followup.conflict as conflict
    where conflict.standing_record_id = record.source_record_id
) as dispute
left join lateral (
    select
        taken.facts || coalesce(
            (select jsonb_object_agg(name, left_out.facts -> name) from unnest(settled.but_columns) as but (name)), '{}'
        ) as facts
    from followup.conflict as settled
    join conformed.source_record as taken on taken.source_record_id = settled.chosen_record_id
    join conformed.source_record as left_out
        on left_out.source_record_id
            = settled.standing_record_id + settled.other_record_id - settled.chosen_record_id
    where settled.conflict_id = dispute.conflict_id
) as chosen on true
where record.status = 'in_force'
    and record.facts ? 'visit_outcome'
    and (
        member.child_id = coalesce(child.merged_into, child.child_id)
        or exists (
            select 1
            from identity.child as stated
            join ledger.profile as profile on profile.child_id = coalesce(child.merged_into, child.child_id)
            where stated.child_id = CAST(record.facts ->> 'child_id' AS bigint)
                and coalesce(stated.merged_into, stated.child_id) = coalesce(child.merged_into, child.child_id)
                and (
                    record.name = profile.name
                    or record.birth_date = profile.birth_date
                    and 'name_wrong' in (record.facts ->> 'verdict', record.facts ->> 'other_verdict')
                )
        )
    )
on conflict (source_record_id) do update set
    item_id = excluded.item_id,
    visited_date = excluded.visited_date,
    outcome = excluded.outcome,
    verdict = excluded.verdict,
    other_verdict = excluded.other_verdict,
    is_disputed = excluded.is_disputed
where (visit.item_id, visit.visited_date, visit.outcome, visit.verdict, visit.other_verdict, visit.is_disputed)
    is distinct from (
        excluded.item_id, excluded.visited_date, excluded.outcome, excluded.verdict, excluded.other_verdict,
        excluded.is_disputed
    );
