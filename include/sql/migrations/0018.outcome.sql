-- What came of a visit: re-checks of what was serious, and answers that contradict each other.
create table followup.recheck (
    item_id bigint not null references followup.item,
    number integer not null check (number > 0),
    due_date date not null,
    due_basis text not null check (due_basis in ('official_calendar', 'weekdays_only')),
    done_date date,
    primary key (item_id, number)
);
comment on table followup.recheck is 'A confirmed serious item is seen again so many times before nobody looks any more; a stage of the same item, one open at a time, as the visits of today say';
comment on column followup.recheck.item_id is 'Item, closed';
comment on column followup.recheck.number is 'The first, the second …';
comment on column followup.recheck.due_date is 'Working day, so many days after the visit before';
comment on column followup.recheck.due_basis is 'official_calendar, or weekdays_only where the published holidays end';
comment on column followup.recheck.done_date is 'Day the child was seen again; null while it is owed';
create index recheck_owed on followup.recheck (due_date) where done_date is null;

create table followup.conflict (
    conflict_id bigint generated always as identity primary key,
    item_id bigint not null references followup.item,
    visited_date date not null,
    columns text [] not null,
    standing_record_id bigint not null,
    other_record_id bigint not null,
    found_at timestamptz not null default now(),
    chosen_record_id bigint,
    reason text,
    officer text,
    settled_at timestamptz,
    unique (standing_record_id, other_record_id),
    check ((settled_at is null) = (chosen_record_id is null)),
    check (settled_at is null or (reason <> '' and officer <> '')),
    check (chosen_record_id in (standing_record_id, other_record_id))
);
comment on table followup.conflict is 'Two files answer the same visit differently and neither is a correction of the other: both are kept, neither answers the flag, until an officer chooses';
comment on column followup.conflict.conflict_id is 'Number told to the officer';
comment on column followup.conflict.item_id is 'Item visited';
comment on column followup.conflict.visited_date is 'Day of the visit';
comment on column followup.conflict.columns is 'Facts the two differ in: visit_outcome, verdict';
comment on column followup.conflict.standing_record_id is 'Row in force; no foreign key, so that the choice outlives it';
comment on column followup.conflict.other_record_id is 'Row of the other file';
comment on column followup.conflict.found_at is 'When';
comment on column followup.conflict.chosen_record_id is 'Row the officer chose; null while it waits';
comment on column followup.conflict.reason is 'Why, in the officer''s words';
comment on column followup.conflict.officer is 'Account that chose';
comment on column followup.conflict.settled_at is 'When';
create index conflict_visit on followup.conflict (item_id, visited_date);

alter table followup.visit add column is_disputed boolean not null default false;
comment on column followup.visit.is_disputed is 'Another file says otherwise and nobody chose yet: what it found is held back';
