-- Origins that let a docket pass its day: how many wait, since when, and how many they ever answered; what the county that asked
-- took back is no answer of theirs.
-- Reads: followup.docket, followup.docket_step.  Binds: at.
select
    docket.hukou_county_code,
    bool_or(docket.is_by_letter) as is_by_letter,
    count(distinct docket.docket_id) as asked,
    count(distinct docket.docket_id) filter (where step.result <> 'withdrawn' and step.officer is not null) as answered,
    count(*) filter (where step.done_date is null and step.due_date < today.day) as overdue,
    min(step.due_date) filter (where step.done_date is null) as oldest_due_date
from followup.docket as docket
join followup.docket_step as step on step.docket_id = docket.docket_id and step.holder = 'hukou'
cross join (select followup.day_of(CAST(:at AS timestamptz)) as day) as today
group by docket.hukou_county_code
having count(*) filter (where step.done_date is null and step.due_date < today.day) > 0
order by answered, oldest_due_date, docket.hukou_county_code;
