-- While a child stands in a ledger some county answers for it, and never two (the table allows no overlap). Days after custody
-- ended for a reason need none; entries that count nowhere, and of numbers without a record, are left out.
with held as (
    select child_id, range_agg(day) as days
    from (
        select child_id, period as day
        from ledger.custody
        union all
        select child_id, daterange(upper(period), null)
        from ledger.custody
        where ended_reason <> 'transferred'
    ) as answered
    group by child_id
)
select entry.entry_id
from ledger.entry as entry
join ledger.profile as profile using (child_id)
left join held using (child_id)
where entry.left_reason is distinct from 'withdrawn'
    and (entry.left_date is null or entry.left_date > entry.entered_date)
    and (held.days @> daterange(entry.entered_date, entry.left_date)) is not true;
