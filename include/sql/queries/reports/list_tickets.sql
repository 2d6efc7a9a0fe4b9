-- Tickets still asked about, with the file and line that says so last; never a value but the sender's own key.
-- Reads: tickets.ticket, intake.receipt.
select
    split_part(ticket.feed, '.', 1) as department,
    ticket.county_code,
    ticket.ticket_id,
    ticket.feed,
    receipt.file_name,
    ticket.source_record_id % 10000000 as line_number,
    ticket.record_key,
    ticket.column_name,
    ticket.code,
    ticket.asks,
    ticket.opened_date,
    ticket.due_date,
    ticket.due_basis,
    ticket.status,
    ticket.reminder_count
from tickets.ticket as ticket
join intake.receipt as receipt on receipt.receipt_id = ticket.source_record_id / 10000000
where ticket.status in ('open', 'not_fixed', 'contested')
order by department, ticket.county_code, ticket.due_date, ticket.feed, receipt.receipt_id, line_number, ticket.ticket_id;
