-- Outcomes that came back, where the row is of the child the item is about, or names that child's number and puts only its name
-- (and says so) or only its birth date right; what differs in more may be of another line of the list. Of two answers that
-- contradict each other what an officer chose, column by column, and until then none.
-- Reads: conformed.source_record, identity.member, ledger.profile, followup.believed. Writes: followup.visit.
insert into followup.visit as visit (source_record_id, item_id, visited_date, outcome, verdict, other_verdict, is_disputed)
select
    record.source_record_id,
    item.item_id,
    record.as_of_date,
    coalesce(believed.facts ->> 'visit_outcome', record.facts ->> 'visit_outcome'),
    case when believed.is_open is not true then coalesce(believed.facts, record.facts) ->> 'verdict' end,
    case when believed.is_open is not true then coalesce(believed.facts, record.facts) ->> 'other_verdict' end,
    coalesce(believed.is_open, false)
from conformed.source_record as record
join identity.member as member using (source_record_id)
join followup.item as item on item.item_id = CAST(record.facts ->> 'item_id' AS bigint)
join identity.child as child on child.child_id = item.child_id
left join followup.believed as believed using (source_record_id)
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
