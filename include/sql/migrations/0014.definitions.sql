-- Who is in it, by versioned definitions: stays follow from the records in force, whenever they are computed.
alter table ledger.entry add column stay integer;
update ledger.entry as entry
set stay = numbered.stay
from (
    select entry_id, row_number() over (partition by child_id, tier, county_code order by entered_date, entry_id) as stay
    from ledger.entry
) as numbered
where numbered.entry_id = entry.entry_id;
alter table ledger.entry alter column stay set not null;
alter table ledger.entry add constraint entry_stay unique (child_id, tier, county_code, stay);
alter table ledger.entry rename column entered_basis to basis;
alter table ledger.entry drop column left_basis;
alter table ledger.entry drop constraint entry_left_reason_check;
update ledger.entry set left_reason = 'moved' where left_reason = 'cancelled';
alter table ledger.entry add constraint entry_left_reason_check check (
    left_reason in (
        'turned_16', 'returned', 'moved', 'died', 'evidence_expired', 'other_tier', 'definition', 'not_met', 'merged',
        'split', 'withdrawn'
    )
);
comment on column ledger.entry.stay is 'Which stay of the child in this county and tier, from 1';
comment on column ledger.entry.definition_version is 'Version of the definition in force on its last day: rules/definitions/monitored.<version>.yaml';
comment on column ledger.entry.entered_date is 'First day the definition was met by what records said of that day';
comment on column ledger.entry.left_date is 'First day it was no longer met; null while it stands';
comment on column ledger.entry.left_reason is 'Why it ended. turned_16; returned to the hukou place; moved on; died; evidence_expired: nothing in force says where the child lives or is registered; other_tier: from candidate to monitored or back; definition: a new version left it out; not_met: a condition of the same version no longer holds. merged, split, withdrawn: it rested on records that are another child''s or no longer in force, and counts nowhere';
comment on column ledger.entry.basis is 'Records that first said what it rests on: residence, register, birth date, living there since';

create table ledger.standing (
    child_id bigint not null references identity.child,
    tier text not null check (tier in ('statistical', 'key_care')),
    county_code text not null,
    stay integer not null,
    definition_version text not null,
    entered_date date not null,
    left_date date,
    left_reason text check (
        left_reason in (
            'turned_16', 'returned', 'moved', 'died', 'evidence_expired', 'definition', 'not_met', 'reason_ended', 'merged',
            'split', 'withdrawn'
        )
    ),
    basis bigint [] not null,
    primary key (child_id, tier, county_code, stay),
    check ((left_date is null) = (left_reason is null))
);
comment on table ledger.standing is 'A child in one of the tiers beside the county''s ledger over a period: statistical (crosses townships) or key care';
comment on column ledger.standing.child_id is 'Child';
comment on column ledger.standing.tier is 'statistical or key_care (rules/definitions)';
comment on column ledger.standing.county_code is 'County of residence';
comment on column ledger.standing.stay is 'Which stay of the child in this county and tier, from 1';
comment on column ledger.standing.definition_version is 'Version of the definition in force on its last day: rules/definitions/<tier>.<version>.yaml';
comment on column ledger.standing.entered_date is 'First day the definition was met by what records said of that day';
comment on column ledger.standing.left_date is 'First day it was no longer met; null while it stands';
comment on column ledger.standing.left_reason is 'Why it ended, as of an entry; reason_ended: no reason for key care stands any more';
comment on column ledger.standing.basis is 'Records that first said what it rests on';
create unique index standing_open on ledger.standing (child_id, tier) where left_date is null;
create index standing_county on ledger.standing (county_code, tier) where left_date is null;
call ledger.keep_versions_of('ledger.standing');
