-- 监测 within 统计: whoever crossed a county crossed a township, and key care is for children of the one or the other.
select entry.child_id
from ledger.entry as entry
where entry.left_date is null
    and entry.tier = 'monitored'
    and not exists (
        select 1
        from ledger.standing as standing
        where standing.child_id = entry.child_id
            and standing.county_code = entry.county_code
            and standing.tier = 'statistical'
            and standing.left_date is null
    )
union all
select care.child_id
from ledger.standing as care
where care.left_date is null
    and care.tier = 'key_care'
    and not exists (
        select 1
        from ledger.standing as standing
        where standing.child_id = care.child_id
            and standing.county_code = care.county_code
            and standing.tier = 'statistical'
            and standing.left_date is null
    );
