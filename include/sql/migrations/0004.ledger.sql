-- The ledger: facts, profiles, entries, flags; every change in one refresh.
create schema ledger;
comment on schema ledger is 'What is known of each child, which county''s ledger it stands in and why someone must look';

create table ledger.refresh (
    refresh_id bigint generated always as identity primary key,
    as_of_date date not null,
    rules_sha256 text not null,
    code_version text not null,
    statement jsonb not null default '[]',
    is_head boolean not null default false,
    refreshed_at timestamptz not null default now()
);
comment on table ledger.refresh is 'One refresh of the ledger: one transaction, published as a whole';
comment on column ledger.refresh.refresh_id is 'Running number';
comment on column ledger.refresh.as_of_date is 'Business date it was computed for';
comment on column ledger.refresh.rules_sha256 is 'Digest of all rule files used';
comment on column ledger.refresh.code_version is 'Version of childledger';
comment on column ledger.refresh.statement is 'Reconciliation statement: per line what went in, what came out, difference';
comment on column ledger.refresh.is_head is 'The published state';
comment on column ledger.refresh.refreshed_at is 'When';
create unique index refresh_head on ledger.refresh (is_head) where is_head;

create table ledger.fact (
    source_record_id bigint not null references conformed.source_record on delete cascade,
    kind text not null,
    child_id bigint not null references identity.child,
    value text not null,
    as_of_date date not null,
    expires_date date not null,
    primary key (source_record_id, kind)
);
comment on table ledger.fact is 'One statement about one child by one source record, with the day it stops counting';
comment on column ledger.fact.source_record_id is 'Record that says so';
comment on column ledger.fact.kind is 'Fact kind of the contract, or hukou_code and residence_code';
comment on column ledger.fact.child_id is 'Child it is about';
comment on column ledger.fact.value is 'Value, canonical';
comment on column ledger.fact.as_of_date is 'When it was true';
comment on column ledger.fact.expires_date is 'First day it no longer counts (rules/cadence.yaml)';
create index fact_child on ledger.fact (child_id, kind, as_of_date);
create index fact_kind on ledger.fact (kind, value);

create table ledger.profile (
    child_id bigint primary key references identity.child,
    name text,
    birth_date date,
    sex text,
    hukou_code text,
    residence_code text,
    residence_since date,
    hukou_township text,
    residence_township text,
    residence_village text,
    address text,
    guardian_name text,
    guardian_phone text,
    last_evidence_date date not null
);
comment on table ledger.profile is 'The child as best known: per field the newest unexpired statement; a blank never erases';
comment on column ledger.profile.child_id is 'Child';
comment on column ledger.profile.name is 'Name';
comment on column ledger.profile.birth_date is 'Date of birth';
comment on column ledger.profile.sex is 'GB/T 2261.1';
comment on column ledger.profile.hukou_code is 'County of the household register';
comment on column ledger.profile.residence_code is 'County where last seen living';
comment on column ledger.profile.residence_since is 'Living there since';
comment on column ledger.profile.hukou_township is 'Township of the household register';
comment on column ledger.profile.residence_township is 'Township of residence';
comment on column ledger.profile.residence_village is 'Village or community of residence';
comment on column ledger.profile.address is 'Address';
comment on column ledger.profile.guardian_name is 'Guardian';
comment on column ledger.profile.guardian_phone is 'Guardian''s phone';
comment on column ledger.profile.last_evidence_date is 'Data date of the newest record: the six-month clock counts from here';

create table ledger.entry (
    entry_id bigint generated always as identity primary key,
    child_id bigint not null references identity.child,
    county_code text not null,
    tier text not null check (tier in ('monitored', 'candidate')),
    definition_version text not null,
    entered_date date not null,
    left_date date,
    left_reason text check (left_reason in ('turned_16', 'returned', 'moved', 'cancelled', 'evidence_expired', 'other_tier', 'merged')),
    check ((left_date is null) = (left_reason is null))
);
comment on table ledger.entry is 'A child in a county''s ledger over a period';
comment on column ledger.entry.entry_id is 'Running number';
comment on column ledger.entry.child_id is 'Child';
comment on column ledger.entry.county_code is 'County of residence, which keeps the entry';
comment on column ledger.entry.tier is 'monitored: meets the definition; candidate: crosses counties but six months are not proven yet';
comment on column ledger.entry.definition_version is 'Version of rules/definitions/monitored.yaml';
comment on column ledger.entry.entered_date is 'Day the definition was first met';
comment on column ledger.entry.left_date is 'Day it ended; null while it stands';
comment on column ledger.entry.left_reason is 'Why it ended';
create unique index entry_open on ledger.entry (child_id) where left_date is null;
create index entry_county on ledger.entry (county_code) where left_date is null;

create table ledger.flag (
    flag_id bigint generated always as identity primary key,
    child_id bigint not null references identity.child,
    flag_code text not null,
    county_code text not null,
    evidence_fingerprint text not null,
    evidence jsonb not null,
    rule_version text not null,
    raised_date date not null,
    status text not null default 'open' check (status in ('open', 'confirmed', 'dismissed', 'lapsed')),
    verdict text,
    ended_date date,
    check ((status = 'open') = (ended_date is null))
);
comment on table ledger.flag is 'A reason to look at a child; the same evidence never raises it twice';
comment on column ledger.flag.flag_id is 'Running number';
comment on column ledger.flag.child_id is 'Child';
comment on column ledger.flag.flag_code is 'Rule: sql/flags/<code>.sql';
comment on column ledger.flag.county_code is 'County that must look';
comment on column ledger.flag.evidence_fingerprint is 'SHA-256 of the kinds and values that raised it';
comment on column ledger.flag.evidence is 'The facts that raised it: kind and source record';
comment on column ledger.flag.rule_version is 'Version of the rule';
comment on column ledger.flag.raised_date is 'Business date it was raised';
comment on column ledger.flag.status is 'open; confirmed or dismissed by a visit; lapsed when its evidence no longer holds';
comment on column ledger.flag.verdict is 'Verdict code of the visit that ended it';
comment on column ledger.flag.ended_date is 'When it stopped being open';
create unique index flag_once on ledger.flag (child_id, flag_code, evidence_fingerprint);
create index flag_open on ledger.flag (flag_code) where status = 'open';

create schema followup;
comment on schema followup is 'What happens after a flag: items, deliveries, visits';

create table followup.item (
    item_id bigint generated always as identity primary key,
    flag_id bigint not null unique references ledger.flag,
    child_id bigint not null references identity.child,
    county_code text not null,
    due_date date not null,
    due_basis text not null check (due_basis in ('official_calendar', 'weekdays_only')),
    state text not null default 'queued' check (state in ('queued', 'delivered', 'closed', 'withdrawn')),
    attempt_count integer not null default 0,
    enqueued_refresh_id bigint not null references ledger.refresh,
    delivered_at timestamptz,
    ended_date date
);
comment on table followup.item is 'Queue item: one flag, one child, one county that must act by a day';
comment on column followup.item.item_id is 'Task number printed on the list';
comment on column followup.item.flag_id is 'Flag it answers';
comment on column followup.item.child_id is 'Child to see';
comment on column followup.item.county_code is 'County whose queue it is in';
comment on column followup.item.due_date is 'Last day, in working days by severity';
comment on column followup.item.due_basis is 'official_calendar, or weekdays_only where the published holidays end';
comment on column followup.item.state is 'queued → delivered → closed by a visit, or withdrawn when the flag lapses';
comment on column followup.item.attempt_count is 'Visits that did not reach the child';
comment on column followup.item.enqueued_refresh_id is 'Refresh that queued it';
comment on column followup.item.delivered_at is 'When it first stood in the county''s list';
comment on column followup.item.ended_date is 'When it was closed or withdrawn';
create index item_open on followup.item (county_code) where state in ('queued', 'delivered');

create table followup.visit (
    source_record_id bigint primary key references conformed.source_record on delete cascade,
    item_id bigint not null references followup.item,
    visited_date date not null,
    outcome text not null,
    verdict text
);
comment on table followup.visit is 'An outcome that came back for an item, as a row of the townships.visits feed';
comment on column followup.visit.source_record_id is 'Row it came in';
comment on column followup.visit.item_id is 'Item it answers';
comment on column followup.visit.visited_date is 'When the visit was made';
comment on column followup.visit.outcome is 'reached, not_home, moved, refused, unsafe';
comment on column followup.visit.verdict is 'What the visitor found, as a code';
create index visit_item on followup.visit (item_id);

create function ledger.valid_fact(as_of date) returns setof ledger.fact
language sql stable
begin atomic
select fact.*
from ledger.fact as fact
where fact.as_of_date <= as_of
    and fact.expires_date > as_of;
end;
comment on function ledger.valid_fact is 'Statements that count on a day: made by then and not expired';

create function ledger.current_fact(as_of date) returns setof ledger.fact
language sql stable
begin atomic
select distinct on (fact.child_id, fact.kind) fact.*
from ledger.valid_fact(as_of) as fact
order by fact.child_id, fact.kind, fact.as_of_date desc, fact.source_record_id desc;
end;
comment on function ledger.current_fact is 'The newest statement that counts on a day, per child and kind';
