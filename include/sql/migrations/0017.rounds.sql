-- Rounds: every half-year of every county, opened by the calendar, closed by a person's signature under frozen figures.
create schema rounds;
comment on schema rounds is 'The half-year of each county: opened by the calendar, closed by an officer under frozen figures';

create table rounds.round (
    round_name text not null check (round_name ~ '^[0-9]{4}H[12]$'),
    county_code text not null,
    opened_on date not null,
    last_day date not null,
    due_on date not null,
    basis text not null check (basis in ('official_calendar', 'weekdays_only')),
    noticed_at timestamptz not null default now(),
    primary key (round_name, county_code),
    check (opened_on < last_day and last_day < due_on)
);
comment on table rounds.round is 'The half-year of one county; whether it is closed follows from rounds.signing and rounds.reopening';
comment on column rounds.round.round_name is '2026H1';
comment on column rounds.round.county_code is 'County that answers for it';
comment on column rounds.round.opened_on is 'First day of the half-year: the true day, whenever a run first saw it';
comment on column rounds.round.last_day is 'Last day of the half-year; it can be closed from the day after';
comment on column rounds.round.due_on is 'Day by which it is to be closed (rules/rounds.yaml), a working day; fixed once it has passed';
comment on column rounds.round.basis is 'official_calendar, or weekdays_only where the holidays around due_on were not published yet';
comment on column rounds.round.noticed_at is 'When a run first saw it; bookkeeping, later than opened_on if the scheduler was off';

create table rounds.signing (
    round_name text not null,
    county_code text not null,
    version integer not null check (version > 0),
    figures text not null,
    sha256 text not null,
    changes jsonb not null,
    told jsonb not null,
    officer text not null check (officer <> ''),
    reason text not null check (reason <> ''),
    refresh_id bigint not null references ledger.refresh,
    signed_at timestamptz not null default now(),
    primary key (round_name, county_code, version),
    foreign key (round_name, county_code) references rounds.round,
    check (sha256 = encode(sha256(convert_to(figures, 'UTF8')), 'hex'))
);
comment on table rounds.signing is 'Figures an officer signed: frozen, never changed or deleted; counts only';
comment on column rounds.signing.round_name is 'Round';
comment on column rounds.signing.county_code is 'County';
comment on column rounds.signing.version is '1, and one more each time it was reopened and signed again';
comment on column rounds.signing.figures is 'Canonical JSON: sorted keys, no spaces, with the inputs it was computed from';
comment on column rounds.signing.sha256 is 'Digest of the figures as UTF-8';
comment on column rounds.signing.changes is 'What differs from the version before: path → [before, now]; empty for the first';
comment on column rounds.signing.told is 'Reasons that may stand and were signed over: code → count';
comment on column rounds.signing.officer is 'Account that signed';
comment on column rounds.signing.reason is 'What the officer says of it';
comment on column rounds.signing.refresh_id is 'Published refresh the figures were counted on';
comment on column rounds.signing.signed_at is 'When';
create trigger kept before update or delete on rounds.signing
for each row execute function identity.refuse_change();

create table rounds.reopening (
    round_name text not null,
    county_code text not null,
    version integer not null,
    officer text not null check (officer <> ''),
    reason text not null check (reason <> ''),
    reopened_at timestamptz not null default now(),
    primary key (round_name, county_code, version),
    foreign key (round_name, county_code, version) references rounds.signing
);
comment on table rounds.reopening is 'A signed version no longer closes its round; the version stays as it was';
comment on column rounds.reopening.round_name is 'Round';
comment on column rounds.reopening.county_code is 'County';
comment on column rounds.reopening.version is 'Version that no longer closes it';
comment on column rounds.reopening.officer is 'Account that reopened it';
comment on column rounds.reopening.reason is 'Why';
comment on column rounds.reopening.reopened_at is 'When';
create trigger kept before update or delete on rounds.reopening
for each row execute function identity.refuse_change();

create table conformed.past_status (
    source_record_id bigint not null references conformed.source_record on delete cascade,
    status text not null,
    changed_at timestamptz not null default clock_timestamp()
);
comment on table conformed.past_status is 'What the status of a record was until it changed: what a round counted is counted again as it was';
comment on column conformed.past_status.source_record_id is 'The record';
comment on column conformed.past_status.status is 'in_force, superseded or withdrawn, until then';
comment on column conformed.past_status.changed_at is 'When it changed';
create index past_status_record on conformed.past_status (source_record_id, changed_at);

create function conformed.remember_status() returns trigger
language plpgsql
as $$
begin
    insert into conformed.past_status (source_record_id, status) values (old.source_record_id, old.status);
    return null;
end;
$$;
comment on function conformed.remember_status is 'Keeps the status a record had, whatever statement changed it';
create trigger status_changed after update of status on conformed.source_record
for each row when (old.status <> new.status) execute function conformed.remember_status();

create function rounds.record_of(receipt_ids bigint [], known_at timestamptz)
returns table (source_record_id bigint, receipt_id bigint, as_of_date date, status text, child_id bigint)
language sql stable
begin atomic
select
    record.source_record_id,
    record.receipt_id,
    record.as_of_date,
    coalesce(past.status, record.status) as status,
    coalesce(member.child_id, once.child_id) as child_id
from unnest(receipt_ids) as scope (receipt_id)
join conformed.source_record as record on record.receipt_id = scope.receipt_id
left join identity.member as member
    on member.source_record_id = record.source_record_id and member.joined_at <= known_at
left join lateral (
    select past_status.status
    from conformed.past_status
    where past_status.source_record_id = record.source_record_id
        and past_status.changed_at > known_at
    order by past_status.changed_at
    limit 1
) as past on true
left join lateral (
    select past_member.child_id
    from identity.past_member
    where past_member.source_record_id = record.source_record_id
        and past_member.joined_at <= known_at
        and past_member.left_at > known_at
    limit 1
) as once on true;
end;
comment on function rounds.record_of is 'Records of files as they stood at a moment: status, and the child they belonged to (null: to none yet)';
