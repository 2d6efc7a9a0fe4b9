-- Every ticket as the files and answers of today leave it; nothing is remembered that they do not say. Reads: newest_row,
-- newest_file, wrong_row, followup.visit, followup.item, tickets.contest. Writes: tickets.ticket.  Binds: as_of.
with opened as (
    select ticket.ticket_id, file.as_of_date, file.revision, file.supplement, file.receipt_id
    from tickets.ticket as ticket
    join intake.receipt as file on file.receipt_id = ticket.opened_receipt_id
),
said as (
    select
        ticket.ticket_id,
        count(distinct file.receipt_id) filter (
            where (file.as_of_date, file.revision, file.supplement, file.receipt_id)
                > (opened.as_of_date, opened.revision, opened.supplement, opened.receipt_id)
        ) as times
    from tickets.ticket as ticket
    join opened using (ticket_id)
    join conformed.source_record as record using (feed, county_code, record_key)
    join intake.receipt as file on file.receipt_id = record.receipt_id
    where file.withdrawn_at is null
        and tickets.value_of(record, ticket.column_name) = ticket.stated_value
    group by ticket.ticket_id
),
newest as (
    select
        ticket.ticket_id,
        row.source_record_id,
        row.child_id,
        tickets.value_of(record, ticket.column_name) as value,
        (row.file_date, row.revision, row.supplement, row.receipt_id)
            > (opened.as_of_date, opened.revision, opened.supplement, opened.receipt_id) as is_later
    from tickets.ticket as ticket
    join opened using (ticket_id)
    join newest_row as row using (feed, county_code, record_key)
    join conformed.source_record as record on record.source_record_id = row.source_record_id
),
gone as (
    select ticket.ticket_id, file.receipt_id
    from tickets.ticket as ticket
    join opened using (ticket_id)
    join newest_file as file using (feed, county_code)
    where ticket.is_settled_by_absence
        and file.rejected_count = 0
        and (file.as_of_date, file.revision, file.receipt_id) > (opened.as_of_date, opened.revision, opened.receipt_id)
        and not exists (
            select 1
            from newest_row as row
            where (row.feed, row.county_code, row.record_key) = (ticket.feed, ticket.county_code, ticket.record_key)
                and row.is_still_said
        )
),
backed as (
    select ticket.ticket_id
    from tickets.ticket as ticket
    join followup.visit as visit using (item_id, visited_date)
    join followup.item as item using (item_id)
    join identity.child as child on child.child_id = item.child_id
    left join newest using (ticket_id)
    where ticket.code in (visit.verdict, visit.other_verdict)
        and coalesce(newest.child_id, child.merged_into, child.child_id) = coalesce(child.merged_into, child.child_id)
    union
    select ticket.ticket_id
    from tickets.ticket as ticket
    join wrong_row as wrong using (feed, county_code, record_key, column_name, code, stated_value)
    where ticket.item_id is null
        and wrong.item_id is null
),
answer as (
    select ticket_id, bool_or(outcome = 'dropped') as is_dropped, bool_or(outcome is null) as is_waiting
    from tickets.contest
    group by ticket_id
),
judged as (
    select
        ticket.ticket_id,
        coalesce(said.times, 0) as reminder_count,
        case when newest.value = ticket.stated_value then newest.source_record_id else ticket.source_record_id end
            as source_record_id,
        coalesce(gone.receipt_id, newest.source_record_id / 10000000) as settling_receipt_id,
        case
            when answer.is_dropped then 'dropped'
            when gone.ticket_id is not null then 'fixed'
            when newest.is_later and newest.value not in ('', ticket.stated_value) then 'fixed'
            when backed.ticket_id is null or said.ticket_id is null then 'withdrawn'
            when answer.is_waiting then 'contested'
            when said.times > 0 then 'not_fixed'
            else 'open'
        end as status
    from tickets.ticket as ticket
    left join said using (ticket_id)
    left join newest using (ticket_id)
    left join gone using (ticket_id)
    left join backed using (ticket_id)
    left join answer using (ticket_id)
)
update tickets.ticket as ticket
set
    status = judged.status,
    reminder_count = judged.reminder_count,
    source_record_id = judged.source_record_id,
    fixed_receipt_id = case when judged.status = 'fixed' then coalesce(ticket.fixed_receipt_id, judged.settling_receipt_id) end,
    fixed_date = case when judged.status = 'fixed' then coalesce(ticket.fixed_date, CAST(:as_of AS date)) end,
    changed_date = CAST(:as_of AS date)
from judged
where judged.ticket_id = ticket.ticket_id
    and (judged.status, judged.reminder_count, judged.source_record_id)
        is distinct from (ticket.status, ticket.reminder_count, ticket.source_record_id);
