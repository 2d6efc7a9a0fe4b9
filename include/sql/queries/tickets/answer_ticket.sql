-- What an answer or a decision makes of its ticket at once; the next run says the same. A ticket that stands gets its
-- days again. Writes: tickets.ticket.
update tickets.ticket
set
    status = case
        when CAST(:outcome AS text) is null then 'contested'
        when :outcome = 'dropped' then 'dropped'
        when reminder_count > 0 then 'not_fixed'
        else 'open'
    end,
    due_date = coalesce(CAST(:due_date AS date), due_date),
    due_basis = coalesce(CAST(:due_basis AS text), due_basis),
    changed_date = CAST(:as_of AS date)
where ticket_id = :ticket_id;
