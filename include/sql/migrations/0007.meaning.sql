-- What a file means: supplements, withdrawals with their reason, absences, and what a flag or an entry rests on.
alter table intake.receipt add column supplement integer not null default 0;
comment on column intake.receipt.supplement is 'Supplement number in the file name (补报N): only the rows it holds are replaced or added; 0 for a whole file';
drop index intake.receipt_once;
create unique index receipt_once on intake.receipt (department, county_code, feed, as_of_date, sha256, (supplement > 0))
where feed is not null and verdict is distinct from 'rejected' and withdrawn_at is null;

create table intake.withdrawal (
    receipt_id bigint primary key references intake.receipt,
    reason text not null check (reason <> ''),
    officer text not null,
    withdrawn_at timestamptz not null default now()
);
comment on table intake.withdrawal is 'Who took a file back, when and why; never deleted';
comment on column intake.withdrawal.receipt_id is 'File taken back';
comment on column intake.withdrawal.reason is 'Why, in the officer''s words';
comment on column intake.withdrawal.officer is 'Account of the officer';
comment on column intake.withdrawal.withdrawn_at is 'When';
insert into intake.withdrawal (receipt_id, reason, officer, withdrawn_at)
select receipt_id, 'withdrawn before reasons were recorded', 'unknown', withdrawn_at
from intake.receipt
where withdrawn_at is not null;

create table conformed.held_key (
    receipt_id bigint not null references intake.receipt,
    record_key text not null,
    primary key (receipt_id, record_key)
);
comment on table conformed.held_key is 'Keys of rows that were held back: their child was named in the file, so it is not absent from it';
comment on column conformed.held_key.receipt_id is 'File';
comment on column conformed.held_key.record_key is 'The sender''s own key';

create table conformed.absence (
    feed text not null,
    county_code text not null,
    record_key text not null,
    absent_date date not null,
    last_record_id bigint not null references conformed.source_record on delete cascade,
    state text not null default 'unconfirmed' check (state in ('unconfirmed', 'confirmed', 'refuted', 'truncated')),
    decided_by text check (decided_by in ('two_feeds', 'status', 'visit', 'key_again', 'seen_elsewhere')),
    primary key (feed, county_code, record_key, absent_date)
);
comment on table conformed.absence is 'A key of one snapshot that is not in the next: no departure, whatever its state; nothing is closed because of it';
comment on column conformed.absence.feed is 'Feed, a snapshot by its contract';
comment on column conformed.absence.county_code is 'County of the sender';
comment on column conformed.absence.record_key is 'The sender''s own key';
comment on column conformed.absence.absent_date is 'Data date of the first file that no longer has it';
comment on column conformed.absence.last_record_id is 'Record that last had it';
comment on column conformed.absence.state is 'unconfirmed; confirmed by a second source or a visit; refuted by a later sighting; truncated: so many vanished that the file tells nothing';
comment on column conformed.absence.decided_by is 'What confirmed or refuted it; null otherwise';
create index absence_record on conformed.absence (last_record_id);

create table identity.former_member (
    source_record_id bigint primary key references conformed.source_record on delete cascade,
    child_id bigint not null references identity.child
);
comment on table identity.former_member is 'Whose record it was when it last stood: when it stands again, its child gets its old number back';
comment on column identity.former_member.source_record_id is 'The record, superseded or withdrawn since';
comment on column identity.former_member.child_id is 'The child it belonged to';

alter table ledger.flag drop constraint flag_status_check;
alter table ledger.flag add constraint flag_status_check
check (status in ('open', 'confirmed', 'dismissed', 'lapsed', 'withdrawn'));
comment on column ledger.flag.status is 'open; confirmed or dismissed by a visit; lapsed when its evidence no longer holds; withdrawn: only ever rested on a withdrawn file, counts nowhere';
drop index ledger.flag_once;
create unique index flag_once on ledger.flag (child_id, flag_code, evidence_fingerprint) where status <> 'withdrawn';

create table ledger.ground (
    flag_id bigint not null references ledger.flag on delete cascade,
    evidence_sha256 text not null,
    evidence jsonb not null,
    since_date date not null,
    primary key (flag_id, evidence_sha256)
);
comment on table ledger.ground is 'Every set of facts a flag ever rested on: what remains of it when one of the files is withdrawn';
comment on column ledger.ground.flag_id is 'Flag';
comment on column ledger.ground.evidence_sha256 is 'SHA-256 of the evidence as text';
comment on column ledger.ground.evidence is 'The facts: kind and source record';
comment on column ledger.ground.since_date is 'Business date it was first seen';
insert into ledger.ground (flag_id, evidence_sha256, evidence, since_date)
select flag_id, encode(sha256(convert_to(CAST(evidence as text), 'UTF8')), 'hex'), evidence, raised_date
from ledger.flag;

alter table ledger.profile add column basis bigint [] not null default '{}';
comment on column ledger.profile.basis is 'Records that place the child: register, residence, since when, birth date, cancellation';
alter table ledger.entry add column entered_basis bigint [] not null default '{}';
comment on column ledger.entry.entered_basis is 'Records the entry was opened on';
alter table ledger.entry add column left_basis bigint [] not null default '{}';
comment on column ledger.entry.left_basis is 'Records it was closed on';
alter table ledger.entry drop constraint entry_left_reason_check;
alter table ledger.entry add constraint entry_left_reason_check check (
    left_reason in (
        'turned_16', 'returned', 'moved', 'cancelled', 'evidence_expired', 'other_tier', 'merged', 'withdrawn'
    )
);
comment on column ledger.entry.left_reason is 'Why it ended; withdrawn: it only ever rested on a withdrawn file and counts nowhere';

alter table followup.visit add column answers_withdrawn_flag boolean not null default false;
comment on column followup.visit.answers_withdrawn_flag is 'Made for a flag that turned out to rest on a withdrawn file';

create or replace function ledger.current_fact(as_of date) returns setof ledger.fact
language sql stable
begin atomic
select distinct on (fact.child_id, fact.kind) fact.*
from ledger.valid_fact(as_of) as fact
join conformed.source_record as record using (source_record_id)
order by
    fact.child_id, fact.kind, fact.as_of_date desc, record.feed, record.county_code, record.record_key,
    fact.source_record_id;
end;
comment on function ledger.current_fact is 'The newest statement that counts on a day, per child and kind; of two of one day the feed that comes first by name, never the file that came first';
