-- Dockets that nobody needs to answer any more: a row of the origin shows the benefit, the household register is elsewhere
-- now, the flag behind it is no longer confirmed, or two child numbers turned out to be one. Reads: followup.docket,
-- identity.child, ledger.fact, ledger.profile, ledger.flag. Writes: followup.docket, followup.docket_step.  Binds: at.
with open_docket as (
    select
        docket.docket_id,
        docket.kind,
        docket.hukou_county_code,
        docket.flag_id,
        coalesce(child.merged_into, docket.child_id) as child_id,
        row_number() over (
            partition by coalesce(child.merged_into, docket.child_id), docket.kind
            order by docket.docket_id
        ) as place
    from followup.docket as docket
    join identity.child as child using (child_id)
    where docket.ended_date is null
),
judged as (
    select
        docket.docket_id,
        case
            when docket.place > 1 then 'duplicate'
            when exists (
                select 1
                from ledger.valid_fact(followup.day_of(CAST(:at AS timestamptz))) as fact
                join conformed.source_record as record using (source_record_id)
                where fact.child_id = docket.child_id
                    and fact.kind = 'assistance_type'
                    and fact.value = docket.kind
                    and record.county_code = docket.hukou_county_code
            ) then 'proven'
            when profile.hukou_code <> docket.hukou_county_code then 'hukou_moved'
            when flag.status in ('open', 'dismissed', 'withdrawn') then 'evidence_withdrawn'
        end as result
    from open_docket as docket
    left join ledger.profile as profile using (child_id)
    left join ledger.flag as flag using (flag_id)
),
ended as (
    update followup.docket as docket
    set result = judged.result, ended_date = followup.day_of(CAST(:at AS timestamptz))
    from judged
    where docket.docket_id = judged.docket_id
        and judged.result is not null
    returning docket.docket_id, docket.result, docket.ended_date
)
update followup.docket_step as step
set result = ended.result, done_date = ended.ended_date
from ended
where step.docket_id = ended.docket_id
    and step.done_date is null;
