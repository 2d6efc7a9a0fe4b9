-- Whose record is it, on the record: runs, events with their reason, who belonged where from when to when, words of people
-- that wait for a second one, shields, and who looked at whom.
create table identity.run (
    run_id bigint generated always as identity primary key,
    rule_version text not null,
    standing_count integer not null,
    merged_count integer not null,
    split_count integer not null,
    officer text,
    reason text,
    happened_at timestamptz not null default now(),
    check ((officer is null) = (reason is null))
);
comment on table identity.run is 'One resolve that published: what it did to standing children, and who let it pass the limit';
comment on column identity.run.run_id is 'Running number';
comment on column identity.run.rule_version is 'Version of rules/linkage.yaml';
comment on column identity.run.standing_count is 'Children that stood before it';
comment on column identity.run.merged_count is 'Children that went into another';
comment on column identity.run.split_count is 'Children that lost records to a new child';
comment on column identity.run.officer is 'Account that let it change more than the limit; null: it kept the limit';
comment on column identity.run.reason is 'Why, in the officer''s words';
comment on column identity.run.happened_at is 'When its transaction began; the same moment stands in what it wrote';

alter table identity.member add column weight double precision;
comment on column identity.member.weight is 'Match weight in bits; null where no probability was needed';
alter table identity.member add column joined_at timestamptz not null default now();
comment on column identity.member.joined_at is 'Since when it belongs to this child; a new route changes nothing';
update identity.member set joined_at = linked_at;
update identity.member
set evidence = (
    select coalesce(jsonb_object_agg(name, jsonb_build_array('equal', null)), '{}')
    from jsonb_array_elements_text(evidence) as name
)
where jsonb_typeof(evidence) = 'array';
comment on column identity.member.route is 'judged, exact_id, same_statement, stated_child, identity, number, composite, repair, probabilistic or alone; composite_key until rules 2';
comment on column identity.member.evidence is 'Column → [how it agrees, bits or null]; no values';

alter table identity.pair add column pair_id bigint generated always as identity unique;
comment on column identity.pair.pair_id is 'Number of the question; the same two records asked about again get a new one';
alter table identity.pair add column weight double precision;
comment on column identity.pair.weight is 'Match weight in bits; null where no probability was computed';
update identity.pair
set evidence = (
    select coalesce(jsonb_object_agg(name, jsonb_build_array('equal', null)), '{}')
    from jsonb_array_elements_text(evidence) as name
)
where jsonb_typeof(evidence) = 'array';
comment on column identity.pair.reason is 'same_id_other_name, key_shared_by_children, conflicting_numbers, stated_child_differs or probable';
comment on column identity.pair.evidence is 'Column → [how it agrees, bits or null]; no values';

create table identity.past_member (
    source_record_id bigint not null,
    child_id bigint not null references identity.child,
    joined_at timestamptz not null,
    left_at timestamptz not null default now(),
    route text not null,
    rule_version text not null,
    weight double precision,
    evidence jsonb not null
);
comment on table identity.past_member is 'Which record belonged to which child from when to when, once it no longer does';
comment on column identity.past_member.source_record_id is 'The record; no foreign key, so that the history outlives it';
comment on column identity.past_member.child_id is 'The child it belonged to';
comment on column identity.past_member.joined_at is 'From when';
comment on column identity.past_member.left_at is 'To when';
comment on column identity.past_member.route is 'Route that held it there last';
comment on column identity.past_member.rule_version is 'Version of rules/linkage.yaml of that route';
comment on column identity.past_member.weight is 'Match weight in bits';
comment on column identity.past_member.evidence is 'Column → [how it agreed, bits or null]; no values';
create index past_member_child on identity.past_member (child_id);
create index past_member_record on identity.past_member (source_record_id);
create index past_member_left on identity.past_member (left_at);

create function identity.remember_member() returns trigger
language plpgsql
as $$
begin
    insert into identity.past_member (source_record_id, child_id, joined_at, route, rule_version, weight, evidence)
    values (
        old.source_record_id, old.child_id, old.joined_at, old.route, old.rule_version, old.weight, old.evidence
    );
    return null;
end;
$$;
comment on function identity.remember_member is 'Closes a membership in the transaction that ends it, whatever statement ended it';
create trigger member_moved after update of child_id on identity.member
for each row when (old.child_id <> new.child_id) execute function identity.remember_member();
create trigger member_gone after delete on identity.member
for each row execute function identity.remember_member();

alter table identity.event drop constraint event_kind_check;
alter table identity.event add constraint event_kind_check
check (kind in ('create', 'merge', 'split', 'move', 'retire', 'return'));
alter table identity.event add column run_id bigint references identity.run;
alter table identity.event add column reason text not null default 'evidence'
check (reason in ('evidence', 'rules', 'judged', 'records_gone', 'records_back', 'unrecorded'));
alter table identity.event add column actor text not null default 'resolve';
update identity.event set reason = 'unrecorded';
comment on table identity.event is 'Everything that ever happened to a child number; kept for ever';
comment on column identity.event.kind is 'create; merge: child_id went into other_child_id; split: child_id came out of other_child_id; move: records of other_child_id came to child_id, both stand; retire: no record in force is left; return: it has records again';
comment on column identity.event.run_id is 'Run that did it; null before runs were recorded';
comment on column identity.event.reason is 'evidence of the records; rules: a new version; judged: a word of people since the run before; records_gone and records_back: superseded or withdrawn, and in force again; unrecorded: before reasons were';
comment on column identity.event.actor is 'Account whose word made it; resolve: a machine';
create index event_child on identity.event (child_id);
create index event_other on identity.event (other_child_id) where other_child_id is not null;
create index event_run on identity.event (run_id) where other_child_id is not null;
create index event_ending on identity.event (child_id, event_id) where kind in ('retire', 'return');

create table identity.second_word (
    judgement_id bigint not null references identity.judgement,
    kind text not null check (kind in ('confirm', 'undo', 'confirm_undo')),
    reason text not null check (reason <> ''),
    officer text not null check (officer <> ''),
    said_at timestamptz not null default now(),
    primary key (judgement_id, kind)
);
comment on table identity.second_word is 'What was said of a judgement afterwards; a judgement is never changed or deleted';
comment on column identity.second_word.judgement_id is 'The judgement';
comment on column identity.second_word.kind is 'confirm: a second account says the same; undo: it no longer stands; confirm_undo: a second account agrees to that';
comment on column identity.second_word.reason is 'Why';
comment on column identity.second_word.officer is 'Account';
comment on column identity.second_word.said_at is 'When';

create table identity.shield (
    shield_id bigint generated always as identity primary key,
    child_id bigint not null references identity.child,
    state text not null check (state in ('shielded', 'unknown', 'open')),
    reason text not null check (reason <> ''),
    officer text not null check (officer <> ''),
    inherited_from bigint references identity.child,
    said_at timestamptz not null default now()
);
comment on table identity.shield is 'Who must be shielded (受保护): the newest word on a child stands, unknown counts as shielded; older words are kept';
comment on column identity.shield.shield_id is 'Running number';
comment on column identity.shield.child_id is 'Child';
comment on column identity.shield.state is 'shielded, unknown or open';
comment on column identity.shield.reason is 'Why; inherited: records of a shielded child came to it';
comment on column identity.shield.officer is 'Account; resolve: inherited';
comment on column identity.shield.inherited_from is 'The shielded child its records came from';
comment on column identity.shield.said_at is 'When';
create index shield_child on identity.shield (child_id, shield_id);

create table identity.disclosure (
    disclosure_id bigint generated always as identity primary key,
    left_record_id bigint not null,
    right_record_id bigint not null,
    reader text not null check (reader <> ''),
    reason text not null check (reason <> ''),
    read_at timestamptz not null default now()
);
comment on table identity.disclosure is 'Who was shown the identity behind two records, when and why; never changed';
comment on column identity.disclosure.disclosure_id is 'Running number';
comment on column identity.disclosure.left_record_id is 'Record shown; no foreign key, so that the mark outlives it';
comment on column identity.disclosure.right_record_id is 'The other record shown';
comment on column identity.disclosure.reader is 'Account of the reader';
comment on column identity.disclosure.reason is 'Why, in the reader''s words';
comment on column identity.disclosure.read_at is 'When';

create function identity.refuse_change() returns trigger
language plpgsql
as $$
begin
    raise exception 'this table is only ever added to' using errcode = 'restrict_violation';
end;
$$;
comment on function identity.refuse_change is 'What happened and what people said is never changed, by nobody';
create trigger kept before update or delete on identity.judgement
for each row execute function identity.refuse_change();
create trigger kept before update or delete on identity.second_word
for each row execute function identity.refuse_change();
create trigger kept before update or delete on identity.shield
for each row execute function identity.refuse_change();
create trigger kept before update or delete on identity.disclosure
for each row execute function identity.refuse_change();
create trigger kept before update or delete on identity.past_member
for each row execute function identity.refuse_change();
create trigger kept before delete on identity.event
for each row execute function identity.refuse_change();

create view identity.shielded with (security_invoker = true) as
select newest.child_id
from (
    select distinct on (child_id) child_id, state
    from identity.shield
    order by child_id, shield_id desc
) as newest
where newest.state <> 'open';
comment on view identity.shielded is 'Children shielded today';

create view identity.word with (security_invoker = true) as
with heir as (
    select
        judgement.judgement_id,
        coalesce(left_heir.source_record_id, judgement.left_record_id) as left_record_id,
        coalesce(right_heir.source_record_id, judgement.right_record_id) as right_record_id,
        judgement.verdict,
        judgement.reviewer,
        judgement.reason,
        judgement.judged_at
    from identity.judgement as judgement
    left join lateral (
        select heir.source_record_id
        from conformed.source_record as judged
        join conformed.source_record as heir using (feed, county_code, record_key, as_of_date)
        where judged.source_record_id = judgement.left_record_id
            and judged.status <> 'in_force'
            and heir.status = 'in_force'
    ) as left_heir on true
    left join lateral (
        select heir.source_record_id
        from conformed.source_record as judged
        join conformed.source_record as heir using (feed, county_code, record_key, as_of_date)
        where judged.source_record_id = judgement.right_record_id
            and judged.status <> 'in_force'
            and heir.status = 'in_force'
    ) as right_heir on true
),
placed as (
    select
        heir.judgement_id,
        least(heir.left_record_id, heir.right_record_id) as left_record_id,
        greatest(heir.left_record_id, heir.right_record_id) as right_record_id,
        heir.verdict,
        heir.reviewer,
        heir.reason,
        heir.judged_at,
        coalesce(left_member.child_id, left_once.merged_into, left_once.child_id) as left_child_id,
        coalesce(right_member.child_id, right_once.merged_into, right_once.child_id) as right_child_id
    from heir
    left join identity.member as left_member on left_member.source_record_id = heir.left_record_id
    left join identity.former_member as left_former on left_former.source_record_id = heir.left_record_id
    left join identity.child as left_once on left_once.child_id = left_former.child_id
    left join identity.member as right_member on right_member.source_record_id = heir.right_record_id
    left join identity.former_member as right_former on right_former.source_record_id = heir.right_record_id
    left join identity.child as right_once on right_once.child_id = right_former.child_id
),
told as (
    select
        placed.*,
        confirmed.officer as confirmed_by,
        confirmed.said_at as confirmed_at,
        undone.officer as undone_by,
        undone.said_at as undone_at,
        agreed.officer as undo_confirmed_by,
        agreed.said_at as undo_confirmed_at,
        exists (
            select 1
            from identity.shielded
            where shielded.child_id in (placed.left_child_id, placed.right_child_id)
        ) as is_shielded,
        placed.left_child_id is not distinct from placed.right_child_id as is_one_child
    from placed
    left join identity.second_word as confirmed
        on confirmed.judgement_id = placed.judgement_id and confirmed.kind = 'confirm'
    left join identity.second_word as undone
        on undone.judgement_id = placed.judgement_id and undone.kind = 'undo'
    left join identity.second_word as agreed
        on agreed.judgement_id = placed.judgement_id and agreed.kind = 'confirm_undo'
)
select
    told.*,
    told.is_shielded
        and told.confirmed_by is null
        and told.undone_by is null
        and case told.verdict
            when 'SAME' then not told.is_one_child
            when 'DIFFERENT' then told.is_one_child
            else exists (
                select 1
                from told as earlier
                where (earlier.left_record_id, earlier.right_record_id) = (told.left_record_id, told.right_record_id)
                    and earlier.judgement_id < told.judgement_id
                    and earlier.verdict = case when told.is_one_child then 'SAME' else 'DIFFERENT' end
                    and earlier.undone_by is null
            )
        end as is_waiting,
    told.undone_by is not null
        and told.is_shielded
        and told.undo_confirmed_by is null
        and case told.verdict
            when 'SAME' then told.is_one_child
            when 'DIFFERENT' then not told.is_one_child
            else false
        end as is_undo_waiting
from told;
comment on view identity.word is 'Every judgement where it stands today: of which records and children (a corrected row takes over what was said of the row it corrects), what was said of it afterwards, and whether it or its undoing waits for a second account because it would change a shielded child';

create view identity.standing_word with (security_invoker = true) as
select distinct on (left_record_id, right_record_id)
    judgement_id,
    left_record_id,
    right_record_id,
    verdict,
    reviewer,
    reason,
    judged_at
from identity.word
where not is_waiting
    and (undone_by is null or is_undo_waiting)
    and left_record_id <> right_record_id
order by left_record_id, right_record_id, judgement_id desc;
comment on view identity.standing_word is 'The word that counts on each two records: the newest that is neither undone nor waiting';
comment on column identity.word.judgement_id is 'Running number of the judgement';
comment on column identity.word.left_record_id is 'Record with the lower number, as it stands today';
comment on column identity.word.right_record_id is 'Record with the higher number, as it stands today';
comment on column identity.word.verdict is 'SAME, DIFFERENT or UNSURE';
comment on column identity.word.reviewer is 'Account that judged';
comment on column identity.word.reason is 'Why';
comment on column identity.word.judged_at is 'When';
comment on column identity.word.left_child_id is 'Child of the one record';
comment on column identity.word.right_child_id is 'Child of the other';
comment on column identity.word.confirmed_by is 'Second account that said the same';
comment on column identity.word.confirmed_at is 'When';
comment on column identity.word.undone_by is 'Account that took it back';
comment on column identity.word.undone_at is 'When';
comment on column identity.word.undo_confirmed_by is 'Second account that agreed to taking it back';
comment on column identity.word.undo_confirmed_at is 'When';
comment on column identity.word.is_shielded is 'One of the children is shielded';
comment on column identity.word.is_one_child is 'Both records are of one child today';
comment on column identity.word.is_waiting is 'It would change a shielded child and waits for a second account';
comment on column identity.word.is_undo_waiting is 'Taking it back would change a shielded child and waits for a second account';
comment on column identity.standing_word.judgement_id is 'Judgement that counts';
comment on column identity.standing_word.left_record_id is 'Record with the lower number, as it stands today';
comment on column identity.standing_word.right_record_id is 'Record with the higher number, as it stands today';
comment on column identity.standing_word.verdict is 'SAME, DIFFERENT or UNSURE';
comment on column identity.standing_word.reviewer is 'Account that judged';
comment on column identity.standing_word.reason is 'Why';
comment on column identity.standing_word.judged_at is 'When';
comment on column identity.shielded.child_id is 'Child';

alter table ledger.profile add column ethnicity_code text;
comment on column ledger.profile.ethnicity_code is 'GB/T 3304 two-digit code';
alter table ledger.profile add column guardian_id_number text;
comment on column ledger.profile.guardian_id_number is 'Guardian''s identity number';
comment on table ledger.profile is 'The child as best known: per field the best-placed source (rules/precedence.yaml), then the newest statement; a blank never erases';
