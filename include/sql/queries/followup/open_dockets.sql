-- Dockets with their first step: for every confirmed flag of a kind, or for the child an officer names, where the household
-- register lies in another county, that county shows no such benefit, and no docket answers the flag already. The rule asks
-- for no shielded child: what a request gives away is for an officer to weigh.
-- Reads: ledger.flag, ledger.entry, ledger.profile, ledger.fact, conformed.source_record, identity.shielded, followup.workday.
-- Writes: followup.docket, followup.docket_step.  Returns: docket_id.
-- Binds: at, kinds (kind, flags, evidence, code, holder, working_days), connected (county codes of the province);
-- child_id, kind, officer, reason: of an officer's request, null for the rule.
with rule as (
    select told.kind, told.flags, told.evidence, told.code, told.holder, told.working_days
    from jsonb_to_recordset(CAST(:kinds AS jsonb)) as told (
        kind text, flags jsonb, evidence jsonb, code text, holder text, working_days integer
    )
),
today as (
    select followup.day_of(CAST(:at AS timestamptz)) as day
),
wanted as (
    (
        select distinct on (flag.child_id, rule.kind)
            flag.child_id,
            rule.kind,
            flag.flag_id,
            flag.ended_date as confirmed_date,
            flag.evidence
        from ledger.flag as flag
        join rule on rule.flags ? flag.flag_code
        where CAST(:child_id AS bigint) is null
            and flag.status = 'confirmed'
            and not exists (select 1 from identity.shielded as shielded where shielded.child_id = flag.child_id)
        order by flag.child_id, rule.kind, flag.ended_date desc, flag.flag_id
    )
    union all
    select CAST(:child_id AS bigint), CAST(:kind AS text), null, null, '[]'
    where CAST(:child_id AS bigint) is not null
),
opened as (
    insert into followup.docket (
        child_id, kind, opened_county_code, residence_county_code, hukou_county_code, is_by_letter, flag_id, evidence, officer,
        reason, opened_date
    )
    select
        wanted.child_id,
        wanted.kind,
        entry.county_code,
        entry.county_code,
        profile.hukou_code,
        not CAST(:connected AS text []) @> array[profile.hukou_code],
        wanted.flag_id,
        pack.pieces,
        CAST(:officer AS text),
        CAST(:reason AS text),
        today.day
    from wanted
    cross join today
    join rule on rule.kind = wanted.kind
    join ledger.entry as entry on entry.child_id = wanted.child_id and entry.left_date is null
    join ledger.profile as profile on profile.child_id = wanted.child_id and profile.hukou_code <> entry.county_code
    cross join lateral (
        select coalesce(
            jsonb_agg(
                jsonb_build_object(
                    'source_record_id', fact.source_record_id, 'feed', record.feed, 'kind', fact.kind,
                    'as_of_date', fact.as_of_date
                )
                order by fact.kind, fact.as_of_date, fact.source_record_id
            ),
            '[]'
        ) as pieces
        from ledger.valid_fact(today.day) as fact
        join conformed.source_record as record using (source_record_id)
        where fact.child_id = wanted.child_id
            and (
                rule.evidence ? fact.kind
                or wanted.evidence @> jsonb_build_array(
                    jsonb_build_object('source_record_id', fact.source_record_id, 'kind', fact.kind)
                )
            )
    ) as pack
    where not exists (
        select 1
        from ledger.valid_fact(today.day) as fact
        join conformed.source_record as record using (source_record_id)
        where fact.child_id = wanted.child_id
            and fact.kind = 'assistance_type'
            and fact.value = wanted.kind
            and record.county_code = profile.hukou_code
    )
    and not exists (
        select 1
        from followup.docket as before
        where before.child_id = wanted.child_id
            and before.kind = wanted.kind
            and (
                before.ended_date is null
                or (
                    before.hukou_county_code = profile.hukou_code
                    and before.result not in ('evidence_withdrawn', 'duplicate', 'hukou_moved')
                    and before.ended_date >= wanted.confirmed_date
                )
            )
    )
    order by wanted.child_id, wanted.kind
    returning docket_id, kind, opened_date
)
insert into followup.docket_step (docket_id, number, code, holder, opened_date, due_date, due_basis)
select
    opened.docket_id,
    1,
    rule.code,
    rule.holder,
    opened.opened_date,
    followup.workday_after(opened.opened_date, rule.working_days),
    followup.basis_of(opened.opened_date, followup.workday_after(opened.opened_date, rule.working_days))
from opened
join rule using (kind)
order by opened.docket_id
returning docket_id;
