-- Tickets for rows found wrong: never twice on the same evidence, never a second while one is open for the same cell.
-- Reads: wrong_row. Writes: tickets.ticket.  Binds: as_of, due_date, due_basis.
insert into tickets.ticket (
    feed, county_code, record_key, column_name, code, item_id, visited_date, asks, is_settled_by_absence, stated_value,
    source_record_id, opened_receipt_id, opened_date, due_date, due_basis, changed_date
)
select distinct on (wrong.feed, wrong.county_code, wrong.record_key, wrong.column_name)
    wrong.feed,
    wrong.county_code,
    wrong.record_key,
    wrong.column_name,
    wrong.code,
    wrong.item_id,
    wrong.visited_date,
    wrong.asks,
    wrong.is_settled_by_absence,
    wrong.stated_value,
    wrong.source_record_id,
    wrong.receipt_id,
    CAST(:as_of AS date),
    CAST(:due_date AS date),
    :due_basis,
    CAST(:as_of AS date)
from wrong_row as wrong
where not exists (
    select 1
    from tickets.ticket as ticket
    where (ticket.feed, ticket.county_code, ticket.record_key, ticket.column_name)
            = (wrong.feed, wrong.county_code, wrong.record_key, wrong.column_name)
        and (
            ticket.status in ('open', 'not_fixed', 'contested')
            or (ticket.code, ticket.stated_value) = (wrong.code, wrong.stated_value)
                and (ticket.item_id, ticket.visited_date) is not distinct from (wrong.item_id, wrong.visited_date)
        )
)
order by wrong.feed, wrong.county_code, wrong.record_key, wrong.column_name, wrong.visited_date nulls last, wrong.item_id;
