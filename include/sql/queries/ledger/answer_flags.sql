-- The latest visit with a conclusion decides its flag (moved away and returned home is one, too); one without leaves
-- it open. Reads: followup.visit,
-- followup.item. Writes: ledger.flag.
with latest as (
    select distinct on (visit.item_id) item.flag_id, visit.verdict, visit.visited_date
    from followup.visit as visit
    join followup.item as item using (item_id)
    where visit.verdict is not null
    order by visit.item_id, visit.visited_date desc, visit.source_record_id desc
)
update ledger.flag as flag
set
    status = case when latest.verdict like 'confirmed%' then 'confirmed' else 'dismissed' end,
    verdict = latest.verdict,
    ended_date = latest.visited_date
from latest
where flag.flag_id = latest.flag_id
    and flag.status = 'open';
