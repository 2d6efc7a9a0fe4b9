-- Every touched child that is monitored, with the list of its county; has_number: whether any record in force carries its
-- identity number; entered_date: since when it is monitored by what is told today, which may be before anybody told it.
-- Reads: touched, ledger.entry, ledger.profile, entitlement.serving, stated.
create temporary table due_child on commit drop as
select distinct on (entry.child_id)
    entry.child_id,
    entry.county_code,
    least(entry.entered_date, CAST(profile.residence_since + interval '6 months' AS date)) as entered_date,
    profile.birth_date,
    profile.hukou_code,
    serving.place,
    serving.edition,
    exists (
        select 1
        from stated
        where stated.child_id = entry.child_id
            and stated.status = 'in_force'
            and stated.id_number is not null
    ) as has_number
from touched
join ledger.entry as entry using (child_id)
join ledger.profile as profile on profile.child_id = entry.child_id
join entitlement.serving as serving on serving.county_code = entry.county_code
where entry.left_date is null
    and entry.tier = 'monitored'
order by entry.child_id, entry.entry_id desc;
