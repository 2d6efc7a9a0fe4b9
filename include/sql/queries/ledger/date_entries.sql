-- The day the definition was first met, as best known today. Reads: qualifying. Writes: ledger.entry.
update ledger.entry as entry
set entered_date = qualifying.entered_date
from qualifying
where entry.child_id = qualifying.child_id
    and entry.left_date is null
    and entry.entered_date <> qualifying.entered_date;
