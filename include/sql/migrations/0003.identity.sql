-- Whose record is it: children, their members, the review queue and the judgements of people.
create schema identity;
comment on schema identity is 'Which source records speak of the same child, and why';

create table identity.child (
    child_id bigint generated always as identity primary key,
    merged_into bigint references identity.child,
    created_at timestamptz not null default now()
);
comment on table identity.child is 'A child, known by a number that lasts through merges and splits';
comment on column identity.child.child_id is 'Number of the child';
comment on column identity.child.merged_into is 'The child this number turned out to be; null while it stands';
comment on column identity.child.created_at is 'When the number was first given';

create table identity.member (
    source_record_id bigint primary key references conformed.source_record on delete cascade,
    child_id bigint not null references identity.child,
    route text not null,
    rule_version text not null,
    evidence jsonb not null,
    linked_at timestamptz not null default now()
);
comment on table identity.member is 'Which child a source record belongs to, and by which route';
comment on column identity.member.source_record_id is 'The record';
comment on column identity.member.child_id is 'The child';
comment on column identity.member.route is 'exact_id, composite_key, stated_child, judged or alone';
comment on column identity.member.rule_version is 'Version of rules/linkage.yaml that linked it';
comment on column identity.member.evidence is 'Names of the columns that agreed; no values';
comment on column identity.member.linked_at is 'When it was last linked';
create index member_child on identity.member (child_id);

create table identity.event (
    event_id bigint generated always as identity primary key,
    kind text not null check (kind in ('create', 'merge', 'split')),
    child_id bigint not null references identity.child,
    other_child_id bigint references identity.child,
    record_count integer not null,
    happened_at timestamptz not null default now()
);
comment on table identity.event is 'Every creation, merge and split of a child number';
comment on column identity.event.event_id is 'Running number';
comment on column identity.event.kind is 'create; merge: child_id went into other_child_id; split: child_id came out of other_child_id';
comment on column identity.event.child_id is 'The child it happened to';
comment on column identity.event.other_child_id is 'The other child of a merge or split';
comment on column identity.event.record_count is 'Records concerned';
comment on column identity.event.happened_at is 'When';

create table identity.judgement (
    judgement_id bigint generated always as identity primary key,
    left_record_id bigint not null,
    right_record_id bigint not null,
    verdict text not null check (verdict in ('SAME', 'DIFFERENT', 'UNSURE')),
    reason text not null check (reason <> ''),
    reviewer text not null,
    judged_at timestamptz not null default now(),
    check (left_record_id < right_record_id)
);
comment on table identity.judgement is 'A reviewer''s word on two records; the newest one on a pair stands and no machine undoes it';
comment on column identity.judgement.judgement_id is 'Running number';
comment on column identity.judgement.left_record_id is 'Record with the lower number; no foreign key, so that the word of a person outlives every record';
comment on column identity.judgement.right_record_id is 'Record with the higher number';
comment on column identity.judgement.verdict is 'SAME, DIFFERENT or UNSURE';
comment on column identity.judgement.reason is 'Why, in the reviewer''s words';
comment on column identity.judgement.reviewer is 'Account of the reviewer';
comment on column identity.judgement.judged_at is 'When';

create table identity.pair (
    left_record_id bigint not null references conformed.source_record on delete cascade,
    right_record_id bigint not null references conformed.source_record on delete cascade,
    reason text not null,
    evidence jsonb not null,
    found_at timestamptz not null default now(),
    primary key (left_record_id, right_record_id),
    check (left_record_id < right_record_id)
);
comment on table identity.pair is 'Review queue: two records a machine must not decide about';
comment on column identity.pair.left_record_id is 'Record with the lower number';
comment on column identity.pair.right_record_id is 'Record with the higher number';
comment on column identity.pair.reason is 'same_id_other_name, key_shared_by_children, conflicting_numbers or stated_child_differs';
comment on column identity.pair.evidence is 'Names of the columns that agree and disagree; no values';
comment on column identity.pair.found_at is 'When it was first queued';
create index pair_right on identity.pair (right_record_id);
