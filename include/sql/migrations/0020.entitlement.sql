-- Services due: the published lists, and for each child and service whether it was received, is missing, is not due or is not known.
create schema entitlement;
comment on schema entitlement is 'Which services of the published list each child is due, and whose row proves that it was received';

create table entitlement.run (
    run_id bigint generated always as identity primary key,
    refresh_id bigint not null references ledger.refresh,
    as_of_date date not null,
    lists_sha256 text not null,
    counts jsonb not null,
    finished_at timestamptz not null default now()
);
comment on table entitlement.run is 'One computation of the matrix, for one refresh of the ledger; the newest is what stands';
comment on column entitlement.run.run_id is 'Running number';
comment on column entitlement.run.refresh_id is 'Refresh it was computed for';
comment on column entitlement.run.as_of_date is 'Business date of that refresh';
comment on column entitlement.run.lists_sha256 is 'Digest of all service lists and the province';
comment on column entitlement.run.counts is 'Children, services, and rows of the matrix by state';
comment on column entitlement.run.finished_at is 'When';

create table entitlement.service (
    place text not null,
    edition integer not null,
    service_code text not null,
    position integer not null,
    aspect text not null,
    title text not null,
    is_target_known boolean not null,
    from_age integer,
    below_age integer,
    in_september boolean,
    basis text,
    is_proof_known boolean not null,
    lead_department text,
    decided_at text not null check (decided_at in ('residence', 'hukou')),
    raises text,
    primary key (place, edition, service_code),
    check (is_target_known = (from_age is not null and below_age is not null and in_september is not null))
);
comment on table entitlement.service is 'One service of one edition of one place''s published list, as rules/services tells it';
comment on column entitlement.service.place is 'Province key or city code';
comment on column entitlement.service.edition is 'Number of the edition';
comment on column entitlement.service.service_code is 'Code, the same in every list';
comment on column entitlement.service.position is 'Place in the file';
comment on column entitlement.service.aspect is 'One of the six aspects';
comment on column entitlement.service.title is 'Title in Chinese';
comment on column entitlement.service.is_target_known is 'Whether anybody said whom it is for';
comment on column entitlement.service.from_age is 'Due from this age in completed years';
comment on column entitlement.service.below_age is 'Due until this age';
comment on column entitlement.service.in_september is 'Both ages count from the first 1 September after the birthday';
comment on column entitlement.service.basis is 'Law, source or configuration the target rests on';
comment on column entitlement.service.is_proof_known is 'Whether any feed shows that it was received';
comment on column entitlement.service.lead_department is 'Department in the lead; null where no source says so';
comment on column entitlement.service.decided_at is 'Who decides: the county of residence or of the household register';
comment on column entitlement.service.raises is 'Flag code a gap is to raise; null: it is published only';

create table entitlement.condition (
    place text not null,
    edition integer not null,
    service_code text not null,
    role text not null check (role in ('target', 'proof')),
    kind text not null,
    said_values text [] not null,
    feed text not null,
    newest_only boolean not null,
    within_months integer
);
comment on table entitlement.condition is 'A statement that makes a child due a service, or proves that it was received; one of several is enough';
comment on column entitlement.condition.place is 'List it belongs to';
comment on column entitlement.condition.edition is 'Its edition';
comment on column entitlement.condition.service_code is 'Its service';
comment on column entitlement.condition.role is 'target or proof';
comment on column entitlement.condition.kind is 'Fact kind';
comment on column entitlement.condition.said_values is 'Values that count; empty: any';
comment on column entitlement.condition.feed is 'Feed that must say so; empty: whichever does';
comment on column entitlement.condition.newest_only is 'A newer statement replaces it; false where statements stand beside each other';
comment on column entitlement.condition.within_months is 'For a fact that holds a day: not longer ago than this';
create index condition_kind on entitlement.condition (kind);

create table entitlement.serving (
    county_code text primary key,
    place text not null,
    edition integer not null
);
comment on table entitlement.serving is 'The list that serves a county: its city''s, else its province''s';
comment on column entitlement.serving.county_code is 'County';
comment on column entitlement.serving.place is 'Province key or city code';
comment on column entitlement.serving.edition is 'Edition in force';

create table entitlement.entitlement (
    child_id bigint not null references identity.child,
    service_code text not null,
    county_code text not null,
    place text not null,
    edition integer not null,
    state text not null check (state in ('received', 'gap', 'not_eligible', 'unknown')),
    reason text check (reason in (
        'target_unknown', 'proof_unknown', 'source_silent',
        'awaits_hukou_place', 'said_otherwise', 'proof_expired', 'no_identity_number', 'not_listed'
    )),
    eligible_since date,
    ground_record_id bigint,
    ground_kind text,
    proof_record_id bigint,
    gap_since date,
    owner_county_code text,
    owner_department text,
    primary key (child_id, service_code),
    check ((state = 'received') = (proof_record_id is not null)),
    check ((state = 'gap') = (gap_since is not null)),
    check ((state = 'gap') = (owner_county_code is not null)),
    check ((state in ('gap', 'unknown')) = (reason is not null)),
    check ((ground_record_id is null) = (ground_kind is null)),
    check (state <> 'not_eligible' or eligible_since is null)
);
comment on table entitlement.entitlement is 'The proof matrix: each monitored child and each service of the list of its county, in exactly one state';
comment on column entitlement.entitlement.child_id is 'Child';
comment on column entitlement.entitlement.service_code is 'Service';
comment on column entitlement.entitlement.county_code is 'County whose ledger the child stands in';
comment on column entitlement.entitlement.place is 'List that makes it due';
comment on column entitlement.entitlement.edition is 'Its edition';
comment on column entitlement.entitlement.state is 'received: a row proves it; gap: due, and no row proves it; not_eligible: not for this child; unknown: nothing can be said';
comment on column entitlement.entitlement.reason is 'unknown because of target_unknown, proof_unknown (no feed shows it) or source_silent (the department sent nothing for half a year); gap because of awaits_hukou_place, said_otherwise (the department''s own row), proof_expired, no_identity_number or not_listed';
comment on column entitlement.entitlement.eligible_since is 'Day the child became due it; null where not due or not known';
comment on column entitlement.entitlement.ground_record_id is 'Record that makes the child due it; null where age and ledger suffice; no foreign key, the matrix is made anew';
comment on column entitlement.entitlement.ground_kind is 'Fact kind of that record';
comment on column entitlement.entitlement.proof_record_id is 'Record that proves it was received';
comment on column entitlement.entitlement.gap_since is 'Since when due without proof';
comment on column entitlement.entitlement.owner_county_code is 'County that must act: of residence, or of the household register where that decides';
comment on column entitlement.entitlement.owner_department is 'Department in the lead; null where no source says so';
create index entitlement_gap on entitlement.entitlement (county_code, service_code) where state = 'gap';

create function entitlement.reaches(birth_date date, age integer, in_september boolean) returns date
language sql immutable
begin atomic
select case
    when not in_september then birthday
    else make_date(
        CAST(extract(year from birthday) as integer)
        + case when extract(month from birthday) >= 9 then 1 else 0 end, 9, 1
    )
end
from (select CAST(birth_date + make_interval(years => age) as date) as birthday) as told;
end;
comment on function entitlement.reaches is 'Day a child reaches an age: the birthday, or the first 1 September after it';

create view entitlement.gap with (security_invoker = true) as
select
    due.child_id,
    due.county_code,
    due.service_code,
    service.aspect,
    service.title,
    service.position,
    due.reason,
    due.eligible_since,
    due.gap_since,
    run.as_of_date - due.gap_since as gap_days,
    due.owner_county_code,
    due.owner_department,
    due.ground_record_id,
    due.ground_kind,
    service.raises
from entitlement.entitlement as due
join entitlement.service as service using (place, edition, service_code)
cross join (select as_of_date from entitlement.run order by run_id desc limit 1) as run
where due.state = 'gap';
comment on view entitlement.gap is 'Every service due without proof, with its age in days and the flag it is to raise if any';
comment on column entitlement.gap.child_id is 'Child';
comment on column entitlement.gap.county_code is 'County whose ledger the child stands in';
comment on column entitlement.gap.service_code is 'Service';
comment on column entitlement.gap.aspect is 'One of the six aspects';
comment on column entitlement.gap.title is 'Title in Chinese';
comment on column entitlement.gap.position is 'Place in the list';
comment on column entitlement.gap.reason is 'What stands in the way, as of an entitlement';
comment on column entitlement.gap.eligible_since is 'Day the child became due it';
comment on column entitlement.gap.gap_since is 'Since when due without proof';
comment on column entitlement.gap.gap_days is 'Days since gap_since, as of the newest run';
comment on column entitlement.gap.owner_county_code is 'County that must act';
comment on column entitlement.gap.owner_department is 'Department in the lead; null where no source says so';
comment on column entitlement.gap.ground_record_id is 'Record that makes the child due it; null where age and ledger suffice';
comment on column entitlement.gap.ground_kind is 'Fact kind of that record';
comment on column entitlement.gap.raises is 'Flag code it is to raise; null: it is published only';
