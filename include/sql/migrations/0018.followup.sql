-- What happens to an item after it is queued: until when somebody must have been there, who was told, who took it, and who
-- is told when nobody came. Events and escalations are added to, never changed.
create table followup.workday (
    day date primary key,
    is_working boolean not null,
    ordinal integer not null,
    basis text not null check (basis in ('official_calendar', 'weekdays_only'))
);
comment on table followup.workday is 'Days from 2020 on as calendar.py knows them, for clocks that run in the database; written by each refresh';
comment on column followup.workday.day is 'Day';
comment on column followup.workday.is_working is 'People work on it';
comment on column followup.workday.ordinal is 'Working days from the first row up to and including this day';
comment on column followup.workday.basis is 'official_calendar, or weekdays_only where the published holidays end';
create index workday_ordinal on followup.workday (ordinal) where is_working;

create function followup.workday_after(start date, days integer) returns date
language sql stable
begin atomic
select later.day
from followup.workday as later
where later.is_working
    and later.ordinal = (select first.ordinal from followup.workday as first where first.day = start) + days;
end;
comment on function followup.workday_after is 'The working day so many working days after a day; of none the day itself, or the last working day before it';

create function followup.end_of(day date) returns timestamptz
language sql immutable
return CAST(day + 1 AS timestamp) at time zone 'Asia/Shanghai';
comment on function followup.end_of is 'The moment a day ends in Beijing';

create function followup.day_of(moment timestamptz) returns date
language sql immutable
return CAST(moment at time zone 'Asia/Shanghai' AS date);
comment on function followup.day_of is 'The day of a moment in Beijing';

alter table followup.item add column severity text not null default 'normal' check (severity in ('urgent', 'serious', 'normal'));
comment on column followup.item.severity is 'Of its flag''s rule when it was last dated';
alter table followup.item add column queued_at timestamptz not null default now();
comment on column followup.item.queued_at is 'Moment its clock began, within the business date it was raised on';
alter table followup.item add column due_at timestamptz;
comment on column followup.item.due_at is 'Moment somebody must have been there: hours after queued_at for severities so configured, else the end of due_date';
update followup.item set due_at = followup.end_of(due_date);
alter table followup.item add constraint item_has_a_deadline check (state in ('closed', 'withdrawn') or due_at is not null);

create table followup.event (
    event_id bigint generated always as identity primary key,
    item_id bigint not null references followup.item,
    kind text not null check (
        kind in ('queued', 'left', 'closed', 'withdrawn', 'acknowledged', 'claimed', 'reassigned', 'returned', 'escalated')
    ),
    county_code text not null,
    holder text,
    actor text,
    reason text,
    due_at timestamptz,
    happened_at timestamptz not null default now(),
    check ((kind in ('acknowledged', 'claimed', 'reassigned', 'returned')) = (actor is not null)),
    check ((kind in ('reassigned', 'returned')) = (reason is not null)),
    check ((kind in ('claimed', 'reassigned', 'escalated')) = (holder is not null)),
    check ((kind = 'returned') = (due_at is not null))
);
comment on table followup.event is 'Everything that happened to an item, in order; the numbers are the keys receivers tell repetitions by';
comment on column followup.event.event_id is 'Running number, and idempotency key of every call about it';
comment on column followup.event.item_id is 'Item';
comment on column followup.event.kind is 'queued in a county, left it for another, closed, withdrawn; acknowledged, claimed, reassigned or returned by somebody; escalated to somebody';
comment on column followup.event.county_code is 'County it concerns';
comment on column followup.event.holder is 'Who has it from then on: the director who claimed it, who it was given to, the rank it was escalated to';
comment on column followup.event.actor is 'Account that said so; null: the machine';
comment on column followup.event.reason is 'Why, in the words of that account';
comment on column followup.event.due_at is 'Until when a returned item must be given to somebody else; every other stage ends with the item''s own due_at';
comment on column followup.event.happened_at is 'When';
create index event_item on followup.event (item_id, event_id);
create index event_people on followup.event (item_id, event_id)
where kind in ('acknowledged', 'claimed', 'reassigned', 'returned');

create table followup.destination (
    destination text primary key check (destination ~ '^[a-z][a-z0-9_-]*$'),
    url text,
    county_code text,
    opened_by text not null,
    opened_at timestamptz not null default now(),
    closed_at timestamptz,
    check ((destination = 'folders') = (url is null))
);
comment on table followup.destination is 'Where events go: the folders of lists, and systems that are called';
comment on column followup.destination.destination is 'Name; its key of signature is secrets/endpoint_<name>.json';
comment on column followup.destination.url is 'Address that is called; null for the folders';
comment on column followup.destination.county_code is 'Only events of this county; null: all';
comment on column followup.destination.opened_by is 'Account that opened it';
comment on column followup.destination.opened_at is 'When; events before it are not sent';
comment on column followup.destination.closed_at is 'When it was closed; nothing new is addressed to it';
insert into followup.destination (destination, opened_by) values ('folders', 'childledger');

create table followup.outbox (
    event_id bigint not null references followup.event,
    destination text not null references followup.destination,
    state text not null default 'pending' check (state in ('pending', 'delivered', 'dead')),
    refusal_count integer not null default 0,
    last_answer text,
    addressed_at timestamptz not null default now(),
    delivered_at timestamptz,
    primary key (event_id, destination),
    check ((state = 'delivered') = (delivered_at is not null))
);
comment on table followup.outbox is 'One row for each event and destination, written in the transaction of the event; gone from pending only when told, or dead on record';
comment on column followup.outbox.event_id is 'Event';
comment on column followup.outbox.destination is 'Where it goes';
comment on column followup.outbox.state is 'pending; delivered; dead: refused so often that a person must look';
comment on column followup.outbox.refusal_count is 'Times the receiver refused it; an outage is no refusal';
comment on column followup.outbox.last_answer is 'HTTP status or kind of failure of the last call; never a body';
comment on column followup.outbox.addressed_at is 'Since when it is owed';
comment on column followup.outbox.delivered_at is 'When the receiver had it';
create index outbox_waiting on followup.outbox (destination, event_id) where state <> 'delivered';

create table followup.escalation (
    item_id bigint not null references followup.item,
    level integer not null check (level in (1, 2, 3)),
    holder text not null check (holder in ('township', 'county', 'city')),
    since_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    primary key (item_id, level)
);
comment on table followup.escalation is 'Nobody was there in time: who above was told, once for each item and rank';
comment on column followup.escalation.item_id is 'Item';
comment on column followup.escalation.level is '1 township supervisor, 2 county, 3 city';
comment on column followup.escalation.holder is 'The same as a word';
comment on column followup.escalation.since_at is 'When its clock ran out, whenever it was noticed';
comment on column followup.escalation.recorded_at is 'When it was noticed';

create function followup.record_item() returns trigger
language plpgsql
as $$
begin
    if tg_op = 'INSERT' then
        insert into followup.event (item_id, kind, county_code)
        select now_is.item_id, 'queued', now_is.county_code
        from now_is
        order by now_is.item_id;
    else
        insert into followup.event (item_id, kind, county_code)
        select item_id, kind, county_code
        from (
            select was.item_id, 'left' as kind, was.county_code
            from was
            join now_is using (item_id)
            where was.county_code <> now_is.county_code
                and was.state in ('queued', 'delivered')
                and now_is.state in ('queued', 'delivered')
            union all
            select
                now_is.item_id,
                case when now_is.state in ('closed', 'withdrawn') then now_is.state else 'queued' end,
                now_is.county_code
            from was
            join now_is using (item_id)
            where (case when was.state in ('closed', 'withdrawn') then was.state else was.county_code end)
                <> (case when now_is.state in ('closed', 'withdrawn') then now_is.state else now_is.county_code end)
        ) as change
        order by item_id, kind;
    end if;
    return null;
end;
$$;
comment on function followup.record_item is 'Writes the events of items that were queued, went to another county, or ended';
create trigger item_queued after insert on followup.item
referencing new table as now_is for each statement execute function followup.record_item();
create trigger item_changed after update on followup.item
referencing old table as was new table as now_is for each statement execute function followup.record_item();

create function followup.address_event() returns trigger
language plpgsql
as $$
begin
    insert into followup.outbox (event_id, destination)
    select happened.event_id, destination.destination
    from happened
    join followup.destination as destination
        on destination.closed_at is null
            and coalesce(destination.county_code, happened.county_code) = happened.county_code;
    return null;
end;
$$;
comment on function followup.address_event is 'Addresses every event to each destination it concerns, in the transaction that wrote it';
create trigger event_happened after insert on followup.event
referencing new table as happened for each statement execute function followup.address_event();
create trigger kept before update or delete on followup.event
for each row execute function identity.refuse_change();
insert into followup.event (item_id, kind, county_code)
select item_id, case when state in ('closed', 'withdrawn') then state else 'queued' end, county_code
from followup.item
order by item_id;

create view followup.standing with (security_invoker = true) as
select distinct on (event.item_id) event.item_id, event.kind, event.holder, event.actor, event.due_at, event.happened_at
from followup.event as event
where event.kind in ('acknowledged', 'claimed', 'reassigned', 'returned')
order by event.item_id, event.event_id desc;
comment on view followup.standing is 'The last word of people on an item';
comment on column followup.standing.item_id is 'Item';
comment on column followup.standing.kind is 'acknowledged, claimed, reassigned or returned';
comment on column followup.standing.holder is 'Who has it';
comment on column followup.standing.actor is 'Who said so';
comment on column followup.standing.due_at is 'Until when a returned item must be given to somebody else';
comment on column followup.standing.happened_at is 'When';
