-- Every half-year that has begun, of every county; its deadline is fixed once it has passed. Writes: rounds.round.
-- Binds: periods (round_name, opened_on, last_day, due_on, basis), counties (codes), as_of.
insert into rounds.round (round_name, county_code, opened_on, last_day, due_on, basis)
select period.round_name, county.code, period.opened_on, period.last_day, period.due_on, period.basis
from jsonb_to_recordset(CAST(:periods AS jsonb)) as period (
    round_name text, opened_on date, last_day date, due_on date, basis text
)
cross join jsonb_array_elements_text(CAST(:counties AS jsonb)) as county (code)
on conflict (round_name, county_code) do update set
    due_on = excluded.due_on,
    basis = excluded.basis
where round.due_on >= CAST(:as_of AS date)
    and (round.due_on, round.basis) is distinct from (excluded.due_on, excluded.basis);
