-- Files that wait at the gate together are measured together, once.
create table intake.measurement (
    receipt_id bigint primary key references intake.receipt,
    effect jsonb not null,
    rules_sha256 text not null,
    measured_on date not null,
    measured_at timestamptz not null default now()
);
comment on table intake.measurement is 'What a file would do to the ledger, measured in a shadow run beside other files that waited; deleted with the decision about it';
comment on column intake.measurement.receipt_id is 'File';
comment on column intake.measurement.effect is 'Counts: flags opened and closed, children new and moved, records superseded; a child several of the files touch counts for each';
comment on column intake.measurement.rules_sha256 is 'Rules it was measured by';
comment on column intake.measurement.measured_on is 'Business date of the shadow run';
comment on column intake.measurement.measured_at is 'When';
