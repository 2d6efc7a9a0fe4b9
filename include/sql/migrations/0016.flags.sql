-- Reasons are told apart: hardship, guardianship, disability and vagrancy become rules of their own. What was asked under an
-- old heading stays asked, and what was answered stays answered.
alter table ledger.flag add column answered_as bigint references ledger.flag;
comment on column ledger.flag.answered_as is 'Flag whose answer is this one''s too: both were asked as one, under a heading that has since been divided';
comment on column ledger.flag.evidence_fingerprint is 'SHA-256 of the kinds and values that raised it; of the flag''s number where another flag has taken the same evidence';

create function pg_temp.code_of(old_code text, kind text, value text, is_severe boolean) returns text
language sql immutable
return case
    when old_code = 'family_hardship' then 'hardship_' || value
    when old_code = 'own_disability' then case when is_severe then 'disability_severe' else 'disability_other' end
    when kind = 'lives_with' then 'living_apart'
    when kind = 'guardian_status' then 'guardian_' || value
    when value = 'guardianship' then 'public_ward'
    when value = 'rescue' then 'vagrancy_rescue'
    when kind = 'vagrancy' then 'vagrancy'
    else value
end;

create temporary table told on commit drop as
select
    flag.flag_id,
    flag.flag_code as old_code,
    coalesce(
        bool_or(
            (part ->> 'kind' = 'disability_grade' and record.facts ->> 'disability_grade' in ('1', '2'))
            or (part ->> 'kind' = 'disability_type' and record.facts ->> 'disability_type' in ('intellectual', 'mental'))
        ),
        false
    ) as is_severe
from ledger.flag as flag
cross join lateral jsonb_array_elements(flag.evidence) as part
join conformed.source_record as record on record.source_record_id = CAST(part ->> 'source_record_id' AS bigint)
where flag.flag_code in ('family_hardship', 'own_disability', 'guardianship_missing', 'vagrancy')
    and record.facts ? (part ->> 'kind')
group by flag.flag_id, flag.flag_code;

create temporary table divided on commit drop as
with target as (
    select
        flag.flag_id,
        flag.child_id,
        flag.status,
        pg_temp.code_of(told.old_code, part ->> 'kind', record.facts ->> (part ->> 'kind'), told.is_severe) as new_code,
        jsonb_agg(distinct part) as evidence,
        encode(sha256(convert_to(string_agg(
            distinct (part ->> 'kind') || '=' || (record.facts ->> (part ->> 'kind')), '&'
            order by (part ->> 'kind') || '=' || (record.facts ->> (part ->> 'kind'))
        ), 'UTF8')), 'hex') as fingerprint
    from told
    join ledger.flag as flag using (flag_id)
    cross join lateral jsonb_array_elements(flag.evidence) as part
    join conformed.source_record as record on record.source_record_id = CAST(part ->> 'source_record_id' AS bigint)
    where record.facts ? (part ->> 'kind')
    group by flag.flag_id, flag.child_id, flag.status, new_code
),
ranked as (
    select
        flag_id,
        new_code,
        evidence,
        fingerprint,
        status = 'withdrawn'
        or row_number() over (
            partition by child_id, new_code, fingerprint, status = 'withdrawn'
            order by status in ('confirmed', 'dismissed') desc, status = 'open' desc, flag_id
        ) = 1 as is_first,
        status
    from target
)
select
    flag_id,
    new_code,
    evidence,
    fingerprint,
    is_first,
    status,
    row_number() over (partition by flag_id order by is_first desc, new_code) as place,
    CAST(null AS bigint) as new_flag_id
from ranked;

drop index ledger.flag_once;

update ledger.flag as flag
set
    flag_code = divided.new_code,
    evidence = case when divided.is_first then divided.evidence else flag.evidence end,
    evidence_fingerprint = case
        when divided.is_first then divided.fingerprint
        else encode(sha256(convert_to('flag ' || flag.flag_id, 'UTF8')), 'hex')
    end
from divided
where divided.flag_id = flag.flag_id
    and divided.place = 1;

insert into ledger.flag (
    child_id, flag_code, county_code, evidence_fingerprint, evidence, rule_version, raised_date, status, verdict, ended_date,
    answered_as
)
select
    flag.child_id, divided.new_code, flag.county_code, divided.fingerprint, divided.evidence, flag.rule_version,
    flag.raised_date, flag.status, flag.verdict, flag.ended_date, flag.flag_id
from divided
join ledger.flag as flag using (flag_id)
where divided.place > 1
    and divided.is_first
    and divided.status <> 'withdrawn'
order by divided.flag_id, divided.new_code;

update divided
set new_flag_id = flag.flag_id
from ledger.flag as flag
where divided.is_first
    and flag.flag_code = divided.new_code
    and (
        (divided.place = 1 and flag.flag_id = divided.flag_id)
        or (divided.place > 1 and flag.answered_as = divided.flag_id)
    );

insert into followup.item (
    flag_id, child_id, county_code, due_date, due_basis, attempt_count, enqueued_refresh_id, delivered_at
)
select
    divided.new_flag_id, item.child_id, item.county_code, item.due_date, item.due_basis, item.attempt_count,
    item.enqueued_refresh_id, item.delivered_at
from divided
join followup.item as item on item.flag_id = divided.flag_id
where divided.place > 1
    and divided.new_flag_id is not null
order by divided.new_flag_id;

update followup.item
set state = item_before.state, ended_date = item_before.ended_date
from divided
join followup.item as item_before on item_before.flag_id = divided.flag_id
where divided.place > 1
    and item.flag_id = divided.new_flag_id;

create temporary table resting on commit drop as
select
    divided.new_flag_id,
    ground.since_date,
    jsonb_agg(distinct part) as evidence
from divided
join told using (flag_id)
join ledger.ground as ground using (flag_id)
cross join lateral jsonb_array_elements(ground.evidence) as part
join conformed.source_record as record on record.source_record_id = CAST(part ->> 'source_record_id' AS bigint)
where divided.new_flag_id is not null
    and record.facts ? (part ->> 'kind')
    and pg_temp.code_of(told.old_code, part ->> 'kind', record.facts ->> (part ->> 'kind'), told.is_severe)
        = divided.new_code
group by divided.new_flag_id, ground.evidence_sha256, ground.since_date;

delete from ledger.ground
where flag_id in (select flag_id from divided where is_first and place = 1);

insert into ledger.ground (flag_id, evidence_sha256, evidence, since_date)
select
    new_flag_id,
    encode(sha256(convert_to(CAST(evidence AS text), 'UTF8')), 'hex'),
    evidence,
    min(since_date)
from resting
group by new_flag_id, evidence;

update ledger.flag
set flag_code = case flag_code
    when 'family_hardship' then 'hardship_temporary'
    when 'own_disability' then 'disability_other'
    else 'no_guardian'
end
where flag_code in ('family_hardship', 'own_disability', 'guardianship_missing');

create unique index flag_once on ledger.flag (child_id, flag_code, evidence_fingerprint) where status <> 'withdrawn';
