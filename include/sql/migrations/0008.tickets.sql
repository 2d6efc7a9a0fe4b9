-- Back to the sender: rows found wrong in the sender's own terms, what was answered, and what each file did.
create schema tickets;
comment on schema tickets is 'What goes back to the sender: rows found wrong, the answers, and what each file did';

create table tickets.ticket (
    ticket_id bigint generated always as identity primary key,
    feed text not null,
    county_code text not null,
    record_key text not null,
    column_name text not null,
    code text not null,
    item_id bigint references followup.item,
    visited_date date,
    asks text not null check (asks in ('correct', 'remove')),
    is_settled_by_absence boolean not null,
    stated_value text not null,
    source_record_id bigint not null,
    opened_receipt_id bigint not null references intake.receipt,
    opened_date date not null,
    due_date date not null,
    due_basis text not null check (due_basis in ('official_calendar', 'weekdays_only')),
    status text not null default 'open'
        check (status in ('open', 'not_fixed', 'contested', 'fixed', 'dropped', 'withdrawn')),
    reminder_count integer not null default 0,
    fixed_receipt_id bigint references intake.receipt,
    fixed_date date,
    changed_date date not null,
    check ((item_id is null) = (visited_date is null)),
    check ((status = 'fixed') = (fixed_date is not null))
);
comment on table tickets.ticket is 'Correction ticket: one column (or the whole) of one row of one department that a visit or a comparison found wrong';
comment on column tickets.ticket.ticket_id is 'Number told to the department';
comment on column tickets.ticket.feed is 'Feed of the row';
comment on column tickets.ticket.county_code is 'County of the sender';
comment on column tickets.ticket.record_key is 'The sender''s own key of the row';
comment on column tickets.ticket.column_name is 'Column of conformed.source_record or fact kind; empty for the whole row';
comment on column tickets.ticket.code is 'Evidence code: verdict of the visit, or departments_differ';
comment on column tickets.ticket.item_id is 'Item whose visit found it; null for a comparison';
comment on column tickets.ticket.visited_date is 'Day of that visit';
comment on column tickets.ticket.asks is 'correct: another value; remove: the row is to end';
comment on column tickets.ticket.is_settled_by_absence is 'A later complete file without the row settles it';
comment on column tickets.ticket.stated_value is 'The department''s own value found wrong, to tell whether it changed; empty for a row that is to end';
comment on column tickets.ticket.source_record_id is 'Newest row that says so; no foreign key, so that the ticket outlives it';
comment on column tickets.ticket.opened_receipt_id is 'File it was opened on; a later file settles it or repeats the value';
comment on column tickets.ticket.opened_date is 'Business date it was opened';
comment on column tickets.ticket.due_date is 'Last day, in working days (rules/tickets.yaml)';
comment on column tickets.ticket.due_basis is 'official_calendar, or weekdays_only where the published holidays end';
comment on column tickets.ticket.status is 'open; not_fixed: a later file said the same again; contested: waits for an officer; fixed by a later file; dropped: the officer found the department right; withdrawn: the evidence or the row is gone';
comment on column tickets.ticket.reminder_count is 'Later files that said the same again';
comment on column tickets.ticket.fixed_receipt_id is 'File that settled it';
comment on column tickets.ticket.fixed_date is 'Business date it was seen settled';
comment on column tickets.ticket.changed_date is 'Business date of its last change; dates the list in the zone';
create unique index ticket_evidence on tickets.ticket (
    feed, county_code, record_key, column_name, code, item_id, visited_date, stated_value
) nulls not distinct;
create unique index ticket_open on tickets.ticket (feed, county_code, record_key, column_name)
where status in ('open', 'not_fixed', 'contested');

create table tickets.contest (
    contest_id bigint generated always as identity primary key,
    ticket_id bigint not null references tickets.ticket,
    reason text not null check (reason <> ''),
    contested_by text not null check (contested_by <> ''),
    contested_at timestamptz not null default now(),
    outcome text check (outcome in ('upheld', 'dropped')),
    outcome_reason text,
    settled_by text,
    settled_at timestamptz,
    check ((outcome is null) = (settled_at is null)),
    check (outcome is null or (outcome_reason <> '' and settled_by <> ''))
);
comment on table tickets.contest is 'The department says its row is right, and what the officer decided; people''s words, never deleted';
comment on column tickets.contest.contest_id is 'Running number';
comment on column tickets.contest.ticket_id is 'Ticket contested';
comment on column tickets.contest.reason is 'Why, in the department''s words';
comment on column tickets.contest.contested_by is 'Who answered for the department';
comment on column tickets.contest.contested_at is 'When';
comment on column tickets.contest.outcome is 'upheld: the ticket stands; dropped: the department is right; null while it waits';
comment on column tickets.contest.outcome_reason is 'Why, in the officer''s words';
comment on column tickets.contest.settled_by is 'Officer who decided';
comment on column tickets.contest.settled_at is 'When the officer decided';
create unique index contest_waiting on tickets.contest (ticket_id) where outcome is null;

create table tickets.effect (
    receipt_id bigint primary key references intake.receipt,
    refresh_id bigint not null references ledger.refresh,
    counts jsonb not null,
    told_at timestamptz
);
comment on table tickets.effect is 'What one file did in the ledger, as counts only, as of a refresh';
comment on column tickets.effect.receipt_id is 'The file';
comment on column tickets.effect.refresh_id is 'Refresh at which the counts last changed';
comment on column tickets.effect.counts is 'Counts by name; never a child, never another department''s';
comment on column tickets.effect.told_at is 'When the sender was told these counts; null while they are owed';

create function tickets.value_of(record conformed.source_record, column_name text) returns text
language sql immutable
return coalesce(to_jsonb(record) ->> column_name, record.facts ->> column_name, '');
comment on function tickets.value_of is 'What a row says in a column or fact kind, as text; empty for nothing and for the whole row';

create view tickets.replaced with (security_invoker = true) as
with own as (
    select
        ticket.feed,
        ticket.county_code,
        ticket.record_key,
        ticket.item_id,
        ticket.visited_date,
        ticket.column_name,
        ticket.stated_value,
        case when newest.value not in ('', ticket.stated_value) then newest.value end as value
    from tickets.ticket as ticket
    cross join lateral (
        select tickets.value_of(later, ticket.column_name) as value
        from conformed.source_record as later
        where later.feed = ticket.feed
            and later.county_code = ticket.county_code
            and later.record_key = ticket.record_key
            and later.status = 'in_force'
        order by later.as_of_date desc, later.source_record_id desc
        limit 1
    ) as newest
    where ticket.asks = 'correct'
),
agreed as (
    select item_id, visited_date, column_name, stated_value, min(value) as value
    from own
    where item_id is not null
    group by item_id, visited_date, column_name, stated_value
    having count(distinct value) = 1
),
spoken as (
    select earlier.source_record_id, own.column_name, coalesce(own.value, agreed.value) as value
    from own
    join conformed.source_record as earlier using (feed, county_code, record_key)
    left join agreed using (item_id, visited_date, column_name, stated_value)
    where tickets.value_of(earlier, own.column_name) = own.stated_value
    union
    select told.source_record_id, agreed.column_name, agreed.value
    from agreed
    join followup.item as visited using (item_id)
    join followup.item as item on item.child_id = visited.child_id
    join conformed.source_record as told on told.facts ->> 'item_id' = CAST(item.item_id AS text)
    where tickets.value_of(told, agreed.column_name) = agreed.stated_value
)
select
    source_record_id,
    max(value) filter (where column_name = 'name') as name,
    max(value) filter (where column_name = 'id_number') as id_number,
    CAST(max(value) filter (where column_name = 'birth_date') AS date) as birth_date,
    max(value) filter (where column_name = 'sex') as sex
from spoken
where value is not null
group by source_record_id;
comment on view tickets.replaced is 'For matching only: what a row says instead of a value that a ticket asked about and that was since replaced, by its own department or by another one the same visit asked about the same value; or the old rows and the corrected one would be two children';
comment on column tickets.replaced.source_record_id is 'The row, or the visit that repeated it from our list';
comment on column tickets.replaced.name is 'Name said since; null where no ticket asked';
comment on column tickets.replaced.id_number is 'Identity number said since; null where no ticket asked';
comment on column tickets.replaced.birth_date is 'Date of birth said since; null where no ticket asked';
comment on column tickets.replaced.sex is 'Sex said since; null where no ticket asked';
