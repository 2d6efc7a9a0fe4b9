-- Rules whose visits found the reason true in less than :floor_share of at least :least_visits, since an officer last lifted
-- it; checks at a desk are no visits. Reads: ledger.flag, followup.item, followup.visit, ledger.lift.
-- Writes: ledger.suspension.  Binds: codes (rules that may be suspended), floor_share, least_visits.  Returns: flag_code.
insert into ledger.suspension (flag_code, visit_count, confirmed_count, last_visit_date)
select flag.flag_code, count(*), count(*) filter (where flag.status = 'confirmed'), max(flag.ended_date)
from ledger.flag as flag
join followup.item as item using (flag_id)
where flag.status in ('confirmed', 'dismissed')
    and CAST(:codes AS jsonb) ? flag.flag_code
    and exists (
        select 1
        from followup.visit as visit
        where visit.item_id = item.item_id
            and visit.visited_date = flag.ended_date
            and visit.outcome <> 'desk_checked'
    )
    and flag.ended_date > coalesce(
        (select max(lift.lifted_date) from ledger.lift as lift where lift.flag_code = flag.flag_code), '-infinity'
    )
group by flag.flag_code
having count(*) >= CAST(:least_visits AS integer)
    and count(*) filter (where flag.status = 'confirmed') < CAST(:floor_share AS numeric) * count(*)
returning flag_code;
