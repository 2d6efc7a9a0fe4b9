-- Tickets still asked about, of one county or all, as an officer needs them: file and line, never the key.
-- Reads: tickets.ticket, tickets.contest, intake.receipt.
select
    ticket.ticket_id,
    ticket.status,
    ticket.county_code,
    ticket.feed,
    receipt.file_name || ':' || ticket.source_record_id % 10000000 as line,
    nullif(ticket.column_name, '') as column,
    ticket.code,
    ticket.item_id as item,
    ticket.due_date,
    nullif(ticket.reminder_count, 0) as reminders,
    contest.contested_by
from tickets.ticket as ticket
join intake.receipt as receipt on receipt.receipt_id = ticket.source_record_id / 10000000
left join tickets.contest as contest on contest.ticket_id = ticket.ticket_id and contest.outcome is null
where ticket.status in ('open', 'not_fixed', 'contested')
    and coalesce(CAST(:county_code AS text), ticket.county_code) = ticket.county_code
order by ticket.status = 'contested' desc, ticket.due_date, ticket.ticket_id;
