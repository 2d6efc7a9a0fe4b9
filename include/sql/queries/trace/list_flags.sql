-- Flags of a child with their queue items and visits. Reads: ledger.flag, followup.item, followup.visit.
select
    flag.flag_id,
    flag.flag_code,
    flag.status,
    flag.raised_date,
    flag.verdict,
    item.item_id,
    item.state,
    item.due_date,
    (select count(*) from followup.visit as visit where visit.item_id = item.item_id) as visits,
    (
        select string_agg(distinct piece ->> 'source_record_id', ',')
        from jsonb_array_elements(flag.evidence) as piece
    ) as evidence_records
from ledger.flag as flag
left join followup.item as item using (flag_id)
where flag.child_id = :child_id
    and flag.status <> 'withdrawn'
order by flag.flag_id;
