-- Re-checks of confirmed items of some severities: the next is owed so many days after the child was last seen, and a visit
-- counts for it from half of that time on. That it was well at one of them ends none of the others; that it died does.
-- Reads: followup.item, ledger.flag, ledger.custody, followup.visit, followup.workday.
-- Writes: followup.recheck.  Binds: severities, days, times.
with recursive confirmed as (
    select item.item_id, min(visit.visited_date) as confirmed_date
    from followup.item as item
    join ledger.flag as flag using (flag_id)
    join followup.visit as visit using (item_id)
    where item.state = 'closed'
        and (flag.status = 'confirmed' or flag.verdict = 'evidence_expired')
        and not exists (
            select 1
            from ledger.custody as custody
            where custody.child_id = flag.child_id
                and custody.ended_reason = 'died'
        )
        and CAST(:severities AS jsonb) ? item.severity
        and (visit.verdict like 'confirmed%' or visit.other_verdict like 'confirmed%')
    group by item.item_id
),
checked as (
    select item_id, 0 as number, confirmed_date as before_date, confirmed_date as done_date
    from confirmed
    union all
    select
        checked.item_id,
        checked.number + 1,
        checked.done_date,
        (
            select min(visit.visited_date)
            from followup.visit as visit
            where visit.item_id = checked.item_id
                and visit.outcome = 'reached'
                and visit.visited_date >= checked.done_date + CAST(:days AS integer) / 2
        )
    from checked
    where checked.done_date is not null
        and checked.number < CAST(:times AS integer)
),
owed as (
    select checked.item_id, checked.number, due.day, due.basis, checked.done_date
    from checked
    join followup.workday as before on before.day = checked.before_date + CAST(:days AS integer) - 1
    join followup.workday as due on due.is_working and due.ordinal = before.ordinal + 1
    where checked.number > 0
),
gone as (
    delete from followup.recheck as recheck
    where not exists (
        select 1
        from owed
        where owed.item_id = recheck.item_id
            and owed.number = recheck.number
    )
)
insert into followup.recheck (item_id, number, due_date, due_basis, done_date)
select item_id, number, day, basis, done_date
from owed
on conflict (item_id, number) do update
set due_date = excluded.due_date, due_basis = excluded.due_basis, done_date = excluded.done_date
where (recheck.due_date, recheck.due_basis, recheck.done_date)
    is distinct from (excluded.due_date, excluded.due_basis, excluded.done_date);
