-- Requests to the county of the household register, which alone decides 低保, 特困, 孤儿 and 事实无人抚养: each with one clock
-- running, and a result when it ends.
create table followup.docket (
    docket_id bigint generated always as identity primary key,
    reference text not null generated always as (residence_county_code || '-' || lpad(CAST(docket_id AS text), 8, '0')) stored,
    return_code text not null unique default upper(left(replace(CAST(gen_random_uuid() AS text), '-', ''), 10)),
    child_id bigint not null references identity.child,
    kind text not null,
    residence_county_code text not null,
    hukou_county_code text not null,
    is_by_letter boolean not null,
    flag_id bigint references ledger.flag,
    evidence jsonb not null,
    officer text,
    reason text,
    opened_date date not null,
    result text check (result in (
        'recognised', 'refused', 'not_of_here', 'withdrawn', 'proven', 'hukou_moved', 'evidence_withdrawn', 'duplicate'
    )),
    benefit_start_date date,
    ended_date date,
    check (hukou_county_code <> residence_county_code),
    check ((flag_id is null) = (officer is not null)),
    check ((officer is null) = (reason is null)),
    check ((result is null) = (ended_date is null)),
    check (result <> 'recognised' or benefit_start_date is not null)
);
comment on table followup.docket is 'A request of the county a child lives in to the county of its household register: open until it has a result';
comment on column followup.docket.docket_id is 'Running number';
comment on column followup.docket.reference is 'Reference number (文号) on lists and letters';
comment on column followup.docket.return_code is 'Code (回执码) the origin quotes with its answer; ten random hexadecimal digits';
comment on column followup.docket.child_id is 'Child';
comment on column followup.docket.kind is 'orphan, unsupported, dibao, tekun: rules/dockets.yaml';
comment on column followup.docket.residence_county_code is 'County that asks';
comment on column followup.docket.hukou_county_code is 'County that decides';
comment on column followup.docket.is_by_letter is 'The county that decides is of another province and not connected: it gets a letter';
comment on column followup.docket.flag_id is 'Confirmed flag that opened it; null: an officer did';
comment on column followup.docket.evidence is 'Evidence pack as it was when opened: source record, feed, kind and date of each fact; no values';
comment on column followup.docket.officer is 'Account that opened it; null: the rule did';
comment on column followup.docket.reason is 'Why, in the words of that account';
comment on column followup.docket.opened_date is 'Day the first clock began';
comment on column followup.docket.result is 'recognised, refused, not_of_here: the origin''s answer; withdrawn: by who asked; proven: a row of the origin shows the benefit; hukou_moved, evidence_withdrawn, duplicate: there is nothing left to ask';
comment on column followup.docket.benefit_start_date is 'From when the benefit is paid, as the origin says';
comment on column followup.docket.ended_date is 'When it ended; null while it is open';
create unique index docket_open on followup.docket (child_id, kind) where ended_date is null;
create index docket_flag on followup.docket (flag_id);

create table followup.docket_step (
    docket_id bigint not null references followup.docket,
    number integer not null check (number > 0),
    code text not null,
    holder text not null check (holder in ('residence', 'hukou')),
    opened_date date not null,
    due_date date not null,
    due_basis text not null check (due_basis in ('official_calendar', 'weekdays_only')),
    result text,
    done_date date,
    officer text,
    reason text,
    primary key (docket_id, number),
    check ((result is null) = (done_date is null)),
    check ((officer is null) = (reason is null))
);
comment on table followup.docket_step is 'The way of a docket, step by step; the last one is open as long as the docket is';
comment on column followup.docket_step.docket_id is 'Docket';
comment on column followup.docket_step.number is 'The first, the second …; a docket sent back goes through its steps again';
comment on column followup.docket_step.code is 'Step of rules/dockets.yaml';
comment on column followup.docket_step.holder is 'Who has the docket: county of residence or of the household register';
comment on column followup.docket_step.opened_date is 'Day its clock began';
comment on column followup.docket_step.due_date is 'Last working day';
comment on column followup.docket_step.due_basis is 'official_calendar, or weekdays_only where the published holidays end';
comment on column followup.docket_step.result is 'done: on to the next; returned: back to the first, something is missing; else the result of the docket';
comment on column followup.docket_step.done_date is 'When; null while it is open';
comment on column followup.docket_step.officer is 'Account that recorded it; null: the machine';
comment on column followup.docket_step.reason is 'In the words of that account';
create unique index docket_step_open on followup.docket_step (docket_id) where done_date is null;
create index docket_step_due on followup.docket_step (due_date) where done_date is null;

create function followup.basis_of(start date, due date) returns text
language sql stable
begin atomic
select case when bool_or(day.basis = 'weekdays_only') then 'weekdays_only' else 'official_calendar' end
from followup.workday as day
where day.day > start and day.day <= due;
end;
comment on function followup.basis_of is 'Whether official holidays covered the whole way from one day to another';

create view followup.waiting_docket with (security_invoker = true) as
select
    docket.docket_id,
    docket.reference,
    docket.return_code,
    docket.child_id,
    docket.kind,
    docket.residence_county_code,
    docket.hukou_county_code,
    docket.is_by_letter,
    docket.evidence,
    docket.officer,
    docket.opened_date,
    step.code as step_code,
    step.holder,
    case step.holder when 'hukou' then docket.hukou_county_code else docket.residence_county_code end as holder_county_code,
    step.opened_date as step_opened_date,
    step.due_date,
    step.due_basis
from followup.docket as docket
join followup.docket_step as step on step.docket_id = docket.docket_id and step.done_date is null
where docket.ended_date is null;
comment on view followup.waiting_docket is 'Every open docket with the step that is open: who has it, and until when';
comment on column followup.waiting_docket.docket_id is 'Docket';
comment on column followup.waiting_docket.reference is 'Reference number';
comment on column followup.waiting_docket.return_code is 'Code the origin quotes';
comment on column followup.waiting_docket.child_id is 'Child';
comment on column followup.waiting_docket.kind is 'Kind';
comment on column followup.waiting_docket.residence_county_code is 'County that asks';
comment on column followup.waiting_docket.hukou_county_code is 'County that decides';
comment on column followup.waiting_docket.is_by_letter is 'It goes by letter';
comment on column followup.waiting_docket.evidence is 'Evidence pack';
comment on column followup.waiting_docket.officer is 'Account that opened it; null: the rule did';
comment on column followup.waiting_docket.opened_date is 'Day it was opened';
comment on column followup.waiting_docket.step_code is 'Step that is open';
comment on column followup.waiting_docket.holder is 'residence or hukou';
comment on column followup.waiting_docket.holder_county_code is 'County that has it now';
comment on column followup.waiting_docket.step_opened_date is 'Since when';
comment on column followup.waiting_docket.due_date is 'Until when';
comment on column followup.waiting_docket.due_basis is 'How that day is known';
