-- Refresh duties: what counts as new evidence, when a child must be looked at again, and who was let off by name.
alter table ledger.profile add column last_seen_date date;
update ledger.profile set last_seen_date = last_evidence_date;
alter table ledger.profile alter column last_seen_date set not null;
comment on column ledger.profile.last_seen_date is 'Day somebody last saw the child; until somebody did, the day of its first record';
comment on column ledger.profile.last_evidence_date is 'Data date of the newest evidence: the six-month clock counts from here. No evidence: a visit that did not reach the child, a mass confirmation';

create table ledger.mass_confirmation (
    source_record_id bigint primary key,
    feed text not null,
    county_code text not null,
    as_of_date date not null,
    child_count integer not null
);
comment on table ledger.mass_confirmation is 'Rows of one village and day with the very same answers for too many children (rules/cadence.yaml): what they state stands, but nobody is refreshed by them';
comment on column ledger.mass_confirmation.source_record_id is 'Row; no foreign key, so that its day is judged anew when it goes';
comment on column ledger.mass_confirmation.feed is 'Its feed';
comment on column ledger.mass_confirmation.county_code is 'County of the sender';
comment on column ledger.mass_confirmation.as_of_date is 'Its day';
comment on column ledger.mass_confirmation.child_count is 'Children answered for alike in that village on that day';
create index mass_confirmation_day on ledger.mass_confirmation (feed, county_code, as_of_date);

create table ledger.duty_exception (
    duty_exception_id bigint generated always as identity primary key,
    child_id bigint not null references identity.child,
    reason text not null check (reason <> ''),
    officer text not null check (officer <> ''),
    granted_date date not null,
    until_date date not null,
    granted_at timestamptz not null default now(),
    check (until_date between granted_date and granted_date + 180)
);
comment on table ledger.duty_exception is 'A child an officer answers for by name although nothing new is known of it; never changed, and never for longer than the floor';
comment on column ledger.duty_exception.duty_exception_id is 'Running number';
comment on column ledger.duty_exception.child_id is 'Child';
comment on column ledger.duty_exception.reason is 'Why, in the officer''s words';
comment on column ledger.duty_exception.officer is 'Account of the officer';
comment on column ledger.duty_exception.granted_date is 'Business date it was granted';
comment on column ledger.duty_exception.until_date is 'Last day it holds';
comment on column ledger.duty_exception.granted_at is 'When it was recorded';
create index duty_exception_child on ledger.duty_exception (child_id);
create trigger kept before update or delete on ledger.duty_exception
for each row execute function identity.refuse_change();

create function ledger.duties(cadence jsonb, born_after date)
returns table (
    child_id bigint,
    county_code text,
    township text,
    village text,
    tier text,
    duty text,
    days integer,
    last_date date,
    due_date date
)
language sql
stable
as $$
with rule as (
    select place, told ->> 'duty' as duty, told ->> 'tier' as tier, told ->> 'county_code' as county_code,
        (told ->> 'days')::integer as days, told ->> 'met_by' as met_by
    from jsonb_array_elements(cadence) with ordinality as listed (told, place)
),
latest as (
    select distinct on (entry.child_id) entry.child_id, entry.county_code, entry.tier, entry.left_date, entry.left_reason
    from ledger.entry as entry
    where entry.left_reason is distinct from 'withdrawn'
    order by entry.child_id, entry.left_date desc nulls first, entry.entry_id desc
),
owed as (
    select distinct on (entry.child_id, rule.duty)
        entry.child_id,
        entry.county_code,
        profile.residence_township as township,
        profile.residence_village as village,
        entry.tier,
        rule.duty,
        rule.days,
        case rule.met_by when 'seen' then profile.last_seen_date else profile.last_evidence_date end as last_date,
        profile.last_seen_date,
        profile.birth_date,
        profile.name
    from latest as entry
    join ledger.profile as profile using (child_id)
    join rule
        on coalesce(rule.tier, entry.tier) = entry.tier
        and coalesce(rule.county_code, entry.county_code) = entry.county_code
    where (entry.left_date is null or entry.left_reason = 'evidence_expired')
        and profile.birth_date > born_after
    order by entry.child_id, rule.duty, rule.place
),
ranked as (
    select
        owed.*,
        count(*) over in_village as children,
        row_number() over (in_village order by last_date, last_seen_date, birth_date, name, child_id) as place
    from owed
    window in_village as (partition by county_code, township, village, duty, days)
),
spread as (
    select
        ranked.*,
        place * days + min((last_date - date '2000-01-01' + days) * children - place * days) over (
            partition by county_code, township, village, duty, days
            order by place
            rows between current row and unbounded following
        ) as due
    from ranked
)
select child_id, county_code, township, village, tier, duty, days, last_date,
    date '2000-01-01' + ((due + children - 1) / children)::integer
from spread
$$;
comment on function ledger.duties(jsonb, date) is
'When each child of the ledger, or fallen out of it for want of evidence, must be looked at again if it was born after a day, by the duties of rules/cadence.yaml. The children of a village stand in a queue, the longest unseen first, at least days ÷ children apart and each as late as that allows: never later than its days after the last evidence, never all at once. Follows from the profiles, so it is never stored and never late';
