-- Referrals that wait for an answer, with the child and the flags that are their evidence. Reads: followup.referral,
-- followup.item, ledger.flag, ledger.profile, conformed.source_record.
select
    referral.referral_id,
    referral.county_code,
    referral.department,
    referral.kind,
    referral.situation,
    referral.reason,
    referral.officer,
    referral.opened_at,
    referral.due_at,
    referral.state,
    referral.organisation,
    referral.agreed_by,
    item.item_id,
    item.child_id,
    profile.name,
    profile.sex,
    profile.birth_date,
    profile.residence_township,
    profile.residence_village,
    profile.address,
    profile.guardian_name,
    profile.guardian_phone,
    (
        select jsonb_agg(
            jsonb_build_object(
                'flag_code', flag.flag_code, 'raised_date', flag.raised_date, 'status', flag.status,
                'records', (
                    select coalesce(jsonb_agg(distinct record.feed || ' ' || record.as_of_date), '[]')
                    from jsonb_array_elements(flag.evidence) as piece
                    join conformed.source_record as record
                        on record.source_record_id = CAST(piece ->> 'source_record_id' AS bigint)
                )
            )
            order by flag.flag_id
        )
        from ledger.flag as flag
        where flag.child_id = item.child_id
            and flag.status in ('open', 'confirmed')
    ) as evidence
from followup.referral as referral
join followup.item as item using (item_id)
left join ledger.profile as profile on profile.child_id = item.child_id
where referral.state in ('open', 'accepted')
order by referral.county_code, referral.department, referral.due_at, referral.referral_id;
