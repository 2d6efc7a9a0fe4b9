-- The gate: what a file would do is looked at before it counts; queries are explained, held files are decided by people.
alter table intake.receipt drop constraint receipt_state_check;
alter table intake.receipt add constraint receipt_state_check
check (state in ('received', 'loaded', 'validated', 'held', 'released', 'settled'));
comment on column intake.receipt.state is 'received → loaded → validated → released → settled, or held before released until a person decides; work is found by this column';

alter table intake.issue add column key_sha256 text;
alter table intake.issue add column evidence_sha256 text;
alter table intake.issue add column explanation_id bigint;
comment on column intake.issue.key_sha256 is 'Digest of the sender''s own key of the row; only of a query the gate has seen';
comment on column intake.issue.evidence_sha256 is 'Digest of the values compared: the same evidence is not asked about again once it is explained';
comment on column intake.issue.explanation_id is 'Accepted explanation that answers it; the sender is not asked';
comment on column intake.issue.rule_id is 'Contract rule, reader/<code> or gate/<code>';
comment on column intake.issue.line_number is 'Physical line, header included, as the sender counts it; 0 for the whole file';

create table intake.explanation (
    explanation_id bigint generated always as identity primary key,
    receipt_id bigint not null references intake.receipt,
    feed text not null,
    county_code text not null,
    code text not null,
    text text not null check (text <> ''),
    explained_by text not null check (explained_by <> ''),
    explained_at timestamptz not null default now(),
    verdict text check (verdict in ('accept', 'refuse')),
    officer text,
    reason text,
    judged_at timestamptz,
    check ((verdict is null) = (judged_at is null) and (verdict is null) = (officer is null))
);
comment on table intake.explanation is 'What a department answers to queries of one file, and what an officer thinks of it; its text is the department''s own and may hold personal values';
comment on column intake.explanation.explanation_id is 'Running number';
comment on column intake.explanation.receipt_id is 'File whose queries it answers';
comment on column intake.explanation.feed is 'Feed of that file: an accepted explanation holds for this feed and county only';
comment on column intake.explanation.county_code is 'County of that file';
comment on column intake.explanation.code is 'Code of the queries it answers';
comment on column intake.explanation.text is 'The department''s words';
comment on column intake.explanation.explained_by is 'Who gave it';
comment on column intake.explanation.explained_at is 'When it was given';
comment on column intake.explanation.verdict is 'accept or refuse; null while no officer has read it';
comment on column intake.explanation.officer is 'Officer who judged it';
comment on column intake.explanation.reason is 'Why, in the officer''s words';
comment on column intake.explanation.judged_at is 'When it was judged';

create table intake.explained (
    explanation_id bigint not null references intake.explanation on delete cascade,
    line_number integer not null,
    column_name text not null,
    key_sha256 text not null,
    evidence_sha256 text not null,
    primary key (explanation_id, line_number, column_name)
);
comment on table intake.explained is 'The queries an explanation answers, by key and evidence: a changed value is asked about anew';
comment on column intake.explained.explanation_id is 'Explanation';
comment on column intake.explained.line_number is 'Line in the file it was given for; 0 for the whole file';
comment on column intake.explained.column_name is 'Contract column; empty for the whole row or file';
comment on column intake.explained.key_sha256 is 'Digest of the row''s key';
comment on column intake.explained.evidence_sha256 is 'Digest of the values compared';
create index explained_key on intake.explained (key_sha256, evidence_sha256);

alter table intake.issue add constraint issue_explanation_id_fkey
foreign key (explanation_id) references intake.explanation on delete set null;
create index issue_key on intake.issue (key_sha256, evidence_sha256) where severity = 'query';

create table intake.decision (
    decision_id bigint generated always as identity primary key,
    receipt_id bigint not null references intake.receipt,
    effect jsonb not null,
    exceeded jsonb not null,
    held_at timestamptz not null default now(),
    verdict text check (verdict in ('release', 'refuse', 'superseded', 'withdrawn')),
    officer text,
    reason text,
    decided_at timestamptz,
    check ((verdict is null) = (decided_at is null)),
    check (verdict is null or verdict not in ('release', 'refuse') or (officer <> '' and reason <> ''))
);
comment on table intake.decision is 'A file held by the gate, what it would have done, and what a person decided';
comment on column intake.decision.decision_id is 'Running number';
comment on column intake.decision.receipt_id is 'File that was held';
comment on column intake.decision.effect is 'Counts measured in the shadow run the decision was based on';
comment on column intake.decision.exceeded is 'What was beyond its limit (rules/gate.yaml): name → found and limit';
comment on column intake.decision.held_at is 'When it was held';
comment on column intake.decision.verdict is 'release or refuse by an officer; superseded or withdrawn when the hold ended by itself; null while it waits';
comment on column intake.decision.officer is 'Account of the officer';
comment on column intake.decision.reason is 'Why, in the officer''s words';
comment on column intake.decision.decided_at is 'When';
create unique index decision_open on intake.decision (receipt_id) where verdict is null;

create index source_record_id_number on conformed.source_record (id_number)
where id_number is not null and status = 'in_force';
