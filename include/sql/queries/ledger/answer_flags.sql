-- The latest visit with a conclusion decides its flag (moved away and returned home is one, too), and any flag that was asked
-- as one with it; without one it is open, as when the visit was corrected or taken back. Decided anew for every flag.
-- Reads: followup.visit, followup.item. Writes: ledger.flag.
with latest as (
    select distinct on (asked.flag_id) asked.flag_id, visit.verdict, visit.visited_date
    from ledger.flag as asked
    join followup.item as item on item.flag_id in (asked.flag_id, asked.answered_as)
    join followup.visit as visit using (item_id)
    join conformed.source_record as record using (source_record_id)
    where visit.verdict is not null
    order by asked.flag_id, visit.visited_date desc, record.record_key, record.county_code, visit.source_record_id
),
answered as (
    select
        flag.flag_id,
        case
            when latest.verdict is null then 'open'
            when latest.verdict like 'confirmed%' then 'confirmed'
            else 'dismissed'
        end as status,
        latest.verdict,
        latest.visited_date as ended_date
    from ledger.flag as flag
    left join latest using (flag_id)
    where flag.status <> 'withdrawn'
        and (flag.status in ('confirmed', 'dismissed') or latest.verdict is not null)
)
update ledger.flag as flag
set status = answered.status, verdict = answered.verdict, ended_date = answered.ended_date
from answered
where flag.flag_id = answered.flag_id
    and (flag.status, flag.verdict, flag.ended_date) is distinct from (answered.status, answered.verdict, answered.ended_date);
