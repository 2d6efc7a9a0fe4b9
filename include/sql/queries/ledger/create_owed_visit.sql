-- Children whom somebody must see again by a day because it is their turn, whatever was asked of them.
-- Reads: ledger.duties.  Binds: cadence (rules/cadence.yaml), as_of, under_age, until.
create temporary table owed_visit on commit drop as
select child_id, county_code, due_date
from ledger.duties(
    CAST(:cadence AS jsonb), CAST(CAST(:as_of AS date) - make_interval(years => CAST(:under_age AS integer)) AS date)
)
where duty = 'visit'
    and due_date <= CAST(:until AS date);
