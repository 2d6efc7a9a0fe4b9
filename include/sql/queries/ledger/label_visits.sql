-- Visits made for a flag that turned out to rest on a withdrawn file: kept, and told apart. Reads: followup.item,
-- ledger.flag. Writes: followup.visit.
update followup.visit as visit
set answers_withdrawn_flag = flag.status = 'withdrawn'
from followup.item as item
join ledger.flag as flag using (flag_id)
where item.item_id = visit.item_id
    and visit.answers_withdrawn_flag <> (flag.status = 'withdrawn');
