-- 监测 within 统计: whoever crossed a county crossed a township, and key care is for children of the one or the other. Of
-- touched children: those of others stand as they stood.
with stay as (
    select child_id, county_code, tier
    from touched
    join ledger.entry using (child_id)
    where left_date is null
    union all
    select child_id, county_code, tier
    from touched
    join ledger.standing using (child_id)
    where left_date is null
)
select child_id
from stay
group by child_id, county_code
having bool_or(tier in ('monitored', 'key_care'))
    and not bool_or(tier = 'statistical');
