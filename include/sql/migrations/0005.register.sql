-- The register of files owed: which county owes which file for which period, and the alarm while it stays silent.
create schema register;
comment on schema register is 'Files owed: one duty for each county, feed and period, and the alarm while nothing stands for it';

create table register.duty (
    feed text not null,
    county_code text not null,
    period_name text not null,
    department text not null,
    first_day date not null,
    last_day date not null,
    due_on date not null,
    basis text not null check (basis in ('official_calendar', 'weekdays_only')),
    excluded_reason text,
    primary key (feed, county_code, period_name),
    check (first_day <= last_day and last_day <= due_on)
);
comment on table register.duty is 'One file one county owes for one period; its state is register.state_of_duties(as_of), never stored';
comment on column register.duty.feed is '<department>.<feed>';
comment on column register.duty.county_code is 'County that owes it';
comment on column register.duty.period_name is 'Name of the period: 2026-05, 2026Q2, 2026H1 or 2026';
comment on column register.duty.department is 'Landing-zone folder of the department that owes it';
comment on column register.duty.first_day is 'First day of the period; a file belongs to the period its data date falls in';
comment on column register.duty.last_day is 'Last day of the period';
comment on column register.duty.due_on is 'Last day in time, a working day; fixed once it has passed';
comment on column register.duty.basis is 'official_calendar, or weekdays_only where the holidays around due_on were not published yet';
comment on column register.duty.excluded_reason is 'Why it is not expected after all (rules/register.yaml); null where it is owed';

create table register.alarm (
    feed text not null,
    county_code text not null,
    period_name text not null,
    opened_on date not null,
    reopened_on date,
    closed_at timestamptz,
    closed_by bigint references intake.receipt,
    noticed_at timestamptz not null default now(),
    primary key (feed, county_code, period_name),
    foreign key (feed, county_code, period_name) references register.duty on delete cascade
);
comment on table register.alarm is 'The one alarm of a duty nobody met in time; follows from the receipts, whenever it was noticed';
comment on column register.alarm.feed is '<department>.<feed>';
comment on column register.alarm.county_code is 'County that was silent';
comment on column register.alarm.period_name is 'Period of the duty';
comment on column register.alarm.opened_on is 'The true day: the day after due_on, or the day the file that stood was withdrawn';
comment on column register.alarm.reopened_on is 'Day it last opened again because the file that had closed it was withdrawn; null if it never did';
comment on column register.alarm.closed_at is 'When the file arrived that closed it; null while it is open';
comment on column register.alarm.closed_by is 'Receipt of that file';
comment on column register.alarm.noticed_at is 'When a run first saw it; bookkeeping, later than opened_on if the scheduler was off';
create index alarm_open on register.alarm (county_code) where closed_at is null;

alter table intake.receipt add column dropped_at timestamptz;
update intake.receipt set dropped_at = received_at;
alter table intake.receipt alter column dropped_at set default now(), alter column dropped_at set not null;
comment on column intake.receipt.dropped_at is 'When the drop last changed in its inbox, by the clock of this machine: whether it was in time does not depend on when it was claimed';
create index receipt_period on intake.receipt (feed, county_code, as_of_date);

create function register.state_of_duties(as_of date)
returns table (
    feed text,
    county_code text,
    period_name text,
    department text,
    first_day date,
    last_day date,
    due_on date,
    basis text,
    excluded_reason text,
    state text,
    is_overdue boolean,
    is_late boolean,
    receipt_id bigint,
    arrived_on date,
    refused_receipt_id bigint,
    silence tstzmultirange
)
language sql
stable
as $function$
with day as (
    select (as_of + 1)::timestamp at time zone 'Asia/Shanghai' as ends_at
),
arrived as (
    select
        duty.feed,
        duty.county_code,
        duty.period_name,
        receipt.receipt_id,
        receipt.dropped_at,
        receipt.withdrawn_at,
        receipt.withdrawn_at is null or receipt.withdrawn_at >= day.ends_at as is_there,
        receipt.state <> 'settled' as is_pending,
        receipt.state = 'settled'
            and (receipt.verdict = 'rejected' or (receipt.verdict = 'partial' and receipt.accepted_count = 0)) as is_refused,
        receipt.verdict = 'nil' as is_nil,
        coalesce(later.dropped_at < day.ends_at, false) as is_superseded
    from register.duty
    join intake.receipt
        on receipt.feed = duty.feed
        and receipt.county_code = duty.county_code
        and receipt.as_of_date between duty.first_day and duty.last_day
    left join intake.receipt as later on later.receipt_id = receipt.superseded_by
    cross join day
    where receipt.dropped_at < day.ends_at
),
answered as (
    select
        arrived.feed,
        arrived.county_code,
        arrived.period_name,
        min(arrived.dropped_at) filter (where is_there and not is_pending and not is_refused) as first_at,
        (array_agg(arrived.receipt_id order by arrived.dropped_at, arrived.receipt_id)
            filter (where is_there and not is_pending and not is_refused))[1] as receipt_id,
        bool_and(is_nil) filter (where is_there and not is_pending and not is_refused and not is_superseded) as is_nil,
        bool_or(is_there and is_pending) as is_pending,
        max(arrived.receipt_id) filter (where is_there and is_refused) as refused_receipt_id,
        range_agg(tstzrange(arrived.dropped_at, arrived.withdrawn_at)) filter (where not is_refused) as covered
    from arrived
    group by arrived.feed, arrived.county_code, arrived.period_name
),
judged as (
    select
        duty.*,
        answered.receipt_id,
        (answered.first_at at time zone 'Asia/Shanghai')::date as arrived_on,
        coalesce(answered.is_nil, false) as is_nil,
        coalesce(answered.is_pending, false) as is_pending,
        answered.refused_receipt_id,
        case
            when duty.due_on < as_of and duty.excluded_reason is null then
                tstzmultirange(
                    tstzrange((duty.due_on + 1)::timestamp at time zone 'Asia/Shanghai', day.ends_at)
                ) - coalesce(answered.covered, '{}'::tstzmultirange)
            else '{}'::tstzmultirange
        end as silence
    from register.duty
    left join answered using (feed, county_code, period_name)
    cross join day
    where duty.first_day <= as_of
)
select
    judged.feed,
    judged.county_code,
    judged.period_name,
    judged.department,
    judged.first_day,
    judged.last_day,
    judged.due_on,
    judged.basis,
    judged.excluded_reason,
    case
        when judged.excluded_reason is not null then 'NOT_EXPECTED'
        when judged.receipt_id is not null and judged.is_nil then 'NIL'
        when judged.receipt_id is not null and judged.arrived_on > judged.due_on then 'LATE'
        when judged.receipt_id is not null and judged.arrived_on < judged.last_day then 'EARLY'
        when judged.receipt_id is not null then 'ON_TIME'
        when judged.is_pending then 'PENDING'
        when judged.refused_receipt_id is not null then 'REJECTED_ONLY'
        when judged.due_on < as_of then 'MISSING'
        else 'NOT_DUE'
    end as state,
    judged.excluded_reason is null and judged.receipt_id is null and not judged.is_pending and judged.due_on < as_of
        as is_overdue,
    coalesce(judged.excluded_reason is null and judged.arrived_on > judged.due_on, false) as is_late,
    judged.receipt_id,
    judged.arrived_on,
    judged.refused_receipt_id,
    judged.silence
from judged
$function$;
comment on function register.state_of_duties(date) is
'The register as of the end of a day in Beijing, from the receipts alone. NOT_DUE; PENDING: arrived, being judged; EARLY: before the period ended; ON_TIME; LATE: after due_on; NIL: 零报告, is_late tells whether in time; REJECTED_ONLY: something came, no row of it was taken; MISSING: due_on has passed, nothing stands; NOT_EXPECTED. A withdrawn file counts as never sent. silence: when, after due_on, nothing stood';
