-- Visits two files tell differently where neither corrects the other; a conflict nobody settled goes with its rows.
-- Reads: conformed.source_record, intake.receipt. Writes: followup.conflict.
with told as (
    select
        record.source_record_id,
        record.county_code,
        record.record_key,
        record.status,
        record.as_of_date as visited_date,
        CAST(record.facts ->> 'item_id' AS bigint) as item_id,
        record.facts ->> 'visit_outcome' as visit_outcome,
        record.facts ->> 'verdict' as verdict,
        receipt.receipt_id,
        receipt.revision
    from conformed.source_record as record
    join intake.receipt as receipt using (receipt_id)
    where record.facts ? 'visit_outcome'
        and record.status in ('in_force', 'superseded')
),
found as (
    select
        standing.item_id,
        standing.visited_date,
        array_remove(
            array[
                case when standing.visit_outcome is distinct from other.visit_outcome then 'visit_outcome' end,
                case when standing.verdict is distinct from other.verdict then 'verdict' end
            ],
            null
        ) as columns,
        standing.source_record_id as standing_record_id,
        other.source_record_id as other_record_id
    from told as standing
    join told as other using (county_code, record_key, visited_date)
    join followup.item as item on item.item_id = standing.item_id
    where standing.status = 'in_force'
        and other.status = 'superseded'
        and other.receipt_id <> standing.receipt_id
        and other.revision = standing.revision
        and (standing.visit_outcome, standing.verdict) is distinct from (other.visit_outcome, other.verdict)
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
