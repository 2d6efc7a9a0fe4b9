-- Visits two files tell differently where neither corrects the other: only a later revision of one day's file does. A conflict
-- nobody settled goes with its rows.
-- Reads: conformed.source_record, intake.receipt. Writes: followup.conflict.
with found as (
    select
        item.item_id,
        standing.as_of_date as visited_date,
        array_remove(
            array[
                case when standing.facts ->> 'visit_outcome' is distinct from other.facts ->> 'visit_outcome' then 'visit_outcome' end,
                case when standing.facts ->> 'verdict' is distinct from other.facts ->> 'verdict' then 'verdict' end,
                case when standing.facts ->> 'other_verdict' is distinct from other.facts ->> 'other_verdict' then 'other_verdict' end
            ],
            null
        ) as columns,
        standing.source_record_id as standing_record_id,
        other.source_record_id as other_record_id
    from conformed.source_record as other
    join conformed.source_record as standing using (county_code, record_key, as_of_date)
    join intake.receipt as said on said.receipt_id = standing.receipt_id
    join intake.receipt as also_said on also_said.receipt_id = other.receipt_id
    join followup.item as item on item.item_id = CAST(standing.facts ->> 'item_id' AS bigint)
    where other.status = 'superseded'
        and other.facts ? 'visit_outcome'
        and standing.status = 'in_force'
        and standing.facts ? 'visit_outcome'
        and other.receipt_id <> standing.receipt_id
        and also_said.superseded_by is null
        and (also_said.as_of_date <> said.as_of_date or also_said.revision = said.revision)
        and (standing.facts ->> 'visit_outcome', standing.facts ->> 'verdict', standing.facts ->> 'other_verdict')
            is distinct from (other.facts ->> 'visit_outcome', other.facts ->> 'verdict', other.facts ->> 'other_verdict')
),
gone as (
    delete from followup.conflict as conflict
    where conflict.settled_at is null
        and not exists (
            select 1
            from found
            where (found.standing_record_id, found.other_record_id)
                = (conflict.standing_record_id, conflict.other_record_id)
        )
)
insert into followup.conflict (item_id, visited_date, columns, standing_record_id, other_record_id)
select item_id, visited_date, columns, standing_record_id, other_record_id
from found
order by item_id, visited_date, other_record_id
on conflict (standing_record_id, other_record_id) do nothing;
