-- What a visit says besides, who looks first at an item, what changed since it was last asked, and rules that found too little.
alter table followup.visit add column other_verdict text;
comment on column followup.visit.other_verdict is 'What the visitor found besides, as a code: an identity number that is wrong says nothing of the need';
comment on column followup.visit.outcome is 'reached, not_home, moved, refused, unsafe; desk_checked where the county looked on paper';

alter table followup.item add column queue text not null default 'visit' check (queue in ('visit', 'desk'));
comment on column followup.item.queue is 'Who looks first: visit, a child director at the home; desk, the county''s own clerks on paper';

create table ledger.suspension (
    flag_code text primary key,
    visit_count integer not null,
    confirmed_count integer not null,
    last_visit_date date not null
);
comment on table ledger.suspension is 'Rules whose visits found the reason true too seldom: their items go to the desk until an officer lifts it';
comment on column ledger.suspension.flag_code is 'Rule';
comment on column ledger.suspension.visit_count is 'Visits with a conclusion since the last lift';
comment on column ledger.suspension.confirmed_count is 'Those that found it true';
comment on column ledger.suspension.last_visit_date is 'The last of these visits';

create table ledger.lift (
    lift_id bigint generated always as identity primary key,
    flag_code text not null,
    lifted_date date not null,
    officer text not null check (officer <> ''),
    reason text not null check (reason <> ''),
    lifted_at timestamptz not null default now()
);
comment on table ledger.lift is 'An officer let a suspended rule send people again: only visits after that day count; never deleted';
comment on column ledger.lift.lift_id is 'Running number';
comment on column ledger.lift.flag_code is 'Rule';
comment on column ledger.lift.lifted_date is 'Business date of the ledger';
comment on column ledger.lift.officer is 'Account of the officer';
comment on column ledger.lift.reason is 'Why, in the officer''s words';
comment on column ledger.lift.lifted_at is 'When';
create trigger kept before update or delete on ledger.lift
for each row execute function identity.refuse_change();

create function ledger.pieces(evidence jsonb) returns table (kind text, value text, feed text, as_of_date date)
language sql stable
begin atomic
select distinct on (part ->> 'kind')
    part ->> 'kind',
    coalesce(record.facts ->> (part ->> 'kind'), case part ->> 'kind' when 'residence_code' then record.residence_code end),
    record.feed,
    record.as_of_date
from jsonb_array_elements(evidence) as part
join conformed.source_record as record on record.source_record_id = CAST(part ->> 'source_record_id' AS bigint)
order by part ->> 'kind', record.as_of_date desc, record.source_record_id;
end;
comment on function ledger.pieces is 'What the evidence of a flag says: per kind its newest value, the feed and the date';

create view ledger.flag_change with (security_invoker = true) as
select
    flag.flag_id,
    previous.flag_id as previous_flag_id,
    previous.verdict as previous_verdict,
    coalesce(previous.ended_date, previous.raised_date) as since_date,
    piece.kind,
    piece.previous_value,
    piece.value,
    piece.feed,
    piece.as_of_date,
    piece.is_ended
from ledger.flag as flag
cross join lateral (
    select earlier.flag_id, earlier.verdict, earlier.ended_date, earlier.raised_date, earlier.evidence
    from ledger.flag as earlier
    where earlier.child_id = flag.child_id
        and earlier.flag_code = flag.flag_code
        and earlier.flag_id < flag.flag_id
        and earlier.status <> 'withdrawn'
    order by earlier.flag_id desc
    limit 1
) as previous
cross join lateral (
    select
        kind,
        told.value as previous_value,
        today.value,
        coalesce(today.feed, told.feed) as feed,
        coalesce(today.as_of_date, told.as_of_date) as as_of_date,
        today.value is null as is_ended
    from ledger.pieces(previous.evidence) as told
    full join ledger.pieces(flag.evidence) as today using (kind)
) as piece
where flag.status <> 'withdrawn';
comment on view ledger.flag_change is 'What a child was asked about last by the same rule, and what is said now: one row a kind of evidence';
comment on column ledger.flag_change.flag_id is 'Flag';
comment on column ledger.flag_change.previous_flag_id is 'The flag of the same child and rule before it';
comment on column ledger.flag_change.previous_verdict is 'What a visit found then; null where nobody answered';
comment on column ledger.flag_change.since_date is 'Day the one before ended';
comment on column ledger.flag_change.kind is 'Kind of evidence';
comment on column ledger.flag_change.previous_value is 'Value then; null where it is new';
comment on column ledger.flag_change.value is 'Value now; null where it no longer holds';
comment on column ledger.flag_change.feed is 'Feed that says so, or said so';
comment on column ledger.flag_change.as_of_date is 'Date of that statement';
comment on column ledger.flag_change.is_ended is 'No longer among the evidence';
