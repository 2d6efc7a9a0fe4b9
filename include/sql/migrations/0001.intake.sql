-- Receipts, deliveries and issues: what was dropped, what we hold, what was found.
create schema intake;
comment on schema intake is 'Drops, receipts and issues: the bytes we hold, their verdict and every finding';

create table intake.receipt (
    receipt_id bigint generated always as identity primary key,
    department text not null,
    county_code text not null,
    feed text,
    file_name text not null,
    sha256 text not null,
    sm3 text not null,
    byte_count bigint not null,
    as_of_date date,
    revision integer not null default 0,
    is_nil boolean not null default false,
    contract_version text,
    contract_sha256 text,
    received_at timestamptz not null default now(),
    state text not null default 'received' check (state in ('received', 'loaded', 'validated', 'settled')),
    verdict text check (verdict in ('accepted', 'partial', 'rejected', 'nil')),
    verdict_code text,
    verdict_detail jsonb not null default '{}',
    physical_line_count integer not null default 0,
    header_line_count integer not null default 0,
    blank_line_count integer not null default 0,
    accepted_count integer not null default 0,
    rejected_count integer not null default 0,
    superseded_by bigint references intake.receipt,
    withdrawn_at timestamptz,
    resolved_at timestamptz,
    reported_at timestamptz,
    check ((verdict = 'rejected') = (verdict_code is not null))
);
comment on table intake.receipt is 'One set of bytes one department sent for one county: identity, verdict and line counts';
comment on column intake.receipt.receipt_id is 'Receipt number told to the sender';
comment on column intake.receipt.department is 'Landing-zone folder of the sender';
comment on column intake.receipt.county_code is 'Landing-zone county, six digits (GB/T 2260)';
comment on column intake.receipt.feed is '<department>.<feed>; null when the file name says nothing we know';
comment on column intake.receipt.file_name is 'Name as dropped';
comment on column intake.receipt.sha256 is 'SHA-256 of the bytes; also their place in the archive';
comment on column intake.receipt.sm3 is 'SM3 digest of the bytes (GB/T 32905)';
comment on column intake.receipt.byte_count is 'Size in bytes';
comment on column intake.receipt.as_of_date is 'Data date in the file name: when the rows were true';
comment on column intake.receipt.revision is 'Correction number in the file name (更正N); 0 for the first';
comment on column intake.receipt.is_nil is 'Sent as 零报告: the department says it has nothing to report';
comment on column intake.receipt.contract_version is 'Version of the contract it was judged by';
comment on column intake.receipt.contract_sha256 is 'SHA-256 of that contract file';
comment on column intake.receipt.received_at is 'When the claim was committed';
comment on column intake.receipt.state is 'received → loaded → validated → settled; work is found by this column';
comment on column intake.receipt.verdict is 'accepted, partial, rejected (as a whole) or nil';
comment on column intake.receipt.verdict_code is 'Why a rejected file could not be taken; null otherwise';
comment on column intake.receipt.verdict_detail is 'Bindings of the verdict message: contract headings, counts, positions; never a value from a row';
comment on column intake.receipt.physical_line_count is 'Lines (rows of the first sheet) in the file';
comment on column intake.receipt.header_line_count is 'Heading lines, notes above them and repeated headings';
comment on column intake.receipt.blank_line_count is 'Lines without any text';
comment on column intake.receipt.accepted_count is 'Rows taken into conformed.source_record';
comment on column intake.receipt.rejected_count is 'Rows held back';
comment on column intake.receipt.superseded_by is 'Correction of the same feed, county and data date that replaced this file';
comment on column intake.receipt.withdrawn_at is 'When the sender took the file back';
comment on column intake.receipt.resolved_at is 'When its records were last matched; null while they wait for resolve';
comment on column intake.receipt.reported_at is 'When the result receipt and the validation report were written';
create unique index receipt_once on intake.receipt (department, county_code, feed, as_of_date, sha256)
where feed is not null and verdict is distinct from 'rejected' and withdrawn_at is null;
create index receipt_bytes on intake.receipt (sha256);
create index receipt_unsettled on intake.receipt (feed, receipt_id) where state <> 'settled' or reported_at is null;

create table intake.delivery (
    delivery_id bigint generated always as identity primary key,
    receipt_id bigint not null references intake.receipt,
    file_name text not null,
    is_duplicate boolean not null,
    delivered_at timestamptz not null default now(),
    acknowledged_at timestamptz
);
comment on table intake.delivery is 'Each time a file was claimed; the same bytes again are a delivery of the same receipt';
comment on column intake.delivery.delivery_id is 'Running number';
comment on column intake.delivery.receipt_id is 'The bytes it delivered';
comment on column intake.delivery.file_name is 'Name used this time';
comment on column intake.delivery.is_duplicate is 'The bytes were already held';
comment on column intake.delivery.delivered_at is 'When it was claimed';
comment on column intake.delivery.acknowledged_at is 'When the sender was told that it arrived; null while a crash keeps them waiting';
create index delivery_unacknowledged on intake.delivery (receipt_id) where acknowledged_at is null;
create index delivery_receipt on intake.delivery (receipt_id);

create table intake.issue (
    issue_id bigint generated always as identity primary key,
    receipt_id bigint not null references intake.receipt on delete cascade,
    line_number integer not null,
    column_name text not null default '',
    code text not null,
    severity text not null check (severity in ('error', 'query', 'notice')),
    rule_id text not null
);
comment on table intake.issue is 'One finding on one row: where, what and how grave; never the value';
comment on column intake.issue.issue_id is 'Running number';
comment on column intake.issue.receipt_id is 'File it was found in';
comment on column intake.issue.line_number is 'Physical line, header included, as the sender counts it';
comment on column intake.issue.column_name is 'Contract column; empty for the whole row';
comment on column intake.issue.code is 'Stable English code; texts are in messages.py';
comment on column intake.issue.severity is 'error: row held back; query: taken, explanation wanted; notice: report only';
comment on column intake.issue.rule_id is 'Contract rule, or reader/<code>';
create index issue_receipt on intake.issue (receipt_id, line_number);

create schema evidence;
comment on schema evidence is 'What was checked, by which rules and which code';

create table evidence.validation (
    receipt_id bigint primary key references intake.receipt,
    contract_sha256 text not null,
    suite_sha256 text not null,
    code_version text not null,
    gx_version text not null,
    expectations jsonb not null,
    validated_at timestamptz not null default now()
);
comment on table evidence.validation is 'Evidence record of the validation of one receipt, without any value';
comment on column evidence.validation.receipt_id is 'File that was validated';
comment on column evidence.validation.contract_sha256 is 'Contract file it was judged by';
comment on column evidence.validation.suite_sha256 is 'Great Expectations suite that was run';
comment on column evidence.validation.code_version is 'Version of childledger';
comment on column evidence.validation.gx_version is 'Version of Great Expectations';
comment on column evidence.validation.expectations is 'Per expectation: rule_id, code, severity, rows checked, rows failed';
comment on column evidence.validation.validated_at is 'When';

create schema ops;
comment on schema ops is 'How the pipeline itself is doing';

create table ops.stage_run (
    stage_run_id bigint generated always as identity primary key,
    stage text not null,
    receipt_id bigint references intake.receipt,
    seconds double precision not null,
    counts jsonb not null default '{}',
    finished_at timestamptz not null default now()
);
comment on table ops.stage_run is 'Each completed run of a stage: seconds and counts';
comment on column ops.stage_run.stage_run_id is 'Running number';
comment on column ops.stage_run.stage is 'Stage name as in the design: receive, load, validate, conform, report, resolve, refresh, deliver';
comment on column ops.stage_run.receipt_id is 'File it worked on, where it works on one';
comment on column ops.stage_run.seconds is 'Wall seconds';
comment on column ops.stage_run.counts is 'What it did, as counts';
comment on column ops.stage_run.finished_at is 'When';
