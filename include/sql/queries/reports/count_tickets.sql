-- Tickets by department, county and the half-year they were opened in. Reads: tickets.ticket, tickets.contest.
-- Binds: as_of, within_days.
select
    split_part(ticket.feed, '.', 1) as department,
    ticket.county_code,
    to_char(ticket.opened_date, 'YYYY') || case when extract(month from ticket.opened_date) <= 6 then 'H1' else 'H2' end
        as round,
    count(*) as opened,
    count(*) filter (where ticket.status = 'fixed') as fixed,
    count(*) filter (
        where ticket.status = 'fixed'
            and ticket.fixed_date - ticket.opened_date <= CAST(:within_days AS integer)
    ) as fixed_in_time,
    count(*) filter (
        where ticket.status in ('open', 'not_fixed')
            and ticket.due_date < CAST(:as_of AS date)
    ) as overdue,
    count(*) filter (
        where exists (select 1 from tickets.contest where contest.ticket_id = ticket.ticket_id)
    ) as contested,
    count(*) filter (where ticket.status in ('open', 'not_fixed', 'contested')) as waiting,
    CAST(
        percentile_cont(0.5) within group (order by ticket.fixed_date - ticket.opened_date)
        filter (where ticket.status = 'fixed') AS double precision
    ) as median_days
from tickets.ticket as ticket
where ticket.status not in ('withdrawn', 'dropped')
group by 1, 2, 3
order by 1, 2, 3;
