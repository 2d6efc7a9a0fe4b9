-- While a child stands in a ledger some county answers for it, and never two (the table allows no overlap). Days after custody
-- ended for a reason need none; entries that count nowhere, and of numbers without a record, are left out. Of touched
-- children: those of others stand as they stood.
with held as (
    select child_id, range_agg(day) as days
    from (
        select child_id, period as day
        from touched
        join ledger.custody using (child_id)
        union all
        select child_id, daterange(upper(period), null)
        from touched
        join ledger.custody using (child_id)
        where ended_reason <> 'transferred'
    ) as answered
    group by child_id
)
select entry.entry_id
from touched
join ledger.entry as entry using (child_id)
join ledger.profile as profile using (child_id)
left join held using (child_id)
where entry.left_reason is distinct from 'withdrawn'
    and (entry.left_date is null or entry.left_date > entry.entered_date)
    and (held.days @> daterange(entry.entered_date, entry.left_date)) is not true;
