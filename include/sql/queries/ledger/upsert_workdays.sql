-- The days that clocks in the database count by, as calendar.py knows them today. Writes: followup.workday.
-- Binds: days, [day, is_working, basis] in order from the first day of all, or from one after a day that is known.
insert into followup.workday (day, is_working, ordinal, basis)
select
    CAST(told.day ->> 0 AS date),
    CAST(told.day ->> 1 AS boolean),
    coalesce(before.ordinal, 0) + count(*) filter (where CAST(told.day ->> 1 AS boolean)) over (order by told.place),
    told.day ->> 2
from jsonb_array_elements(CAST(:days AS jsonb)) with ordinality as told (day, place)
left join followup.workday as before on before.day = CAST(CAST(:days AS jsonb) -> 0 ->> 0 AS date) - 1
on conflict (day) do update
set is_working = excluded.is_working, ordinal = excluded.ordinal, basis = excluded.basis
where (workday.is_working, workday.ordinal, workday.basis)
    is distinct from (excluded.is_working, excluded.ordinal, excluded.basis);
