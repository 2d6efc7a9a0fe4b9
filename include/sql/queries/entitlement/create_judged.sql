-- Each child and each service of its list in exactly one state, by the first rule that fits. A service the place of the
-- household register decides is a gap even where that place sends us nothing: then somebody must ask it.
-- ripe_date: day from which a child that is due it and has no proof is asked about, whoever is silent.
-- Reads: due_child, told, entitlement.service, entitlement.condition, intake.receipt.  Binds: as_of, raising_only.
create temporary table judged on commit drop as
with sender as (
    select distinct feed, county_code
    from intake.receipt
    where state = 'settled'
        and verdict in ('accepted', 'partial', 'nil')
        and withdrawn_at is null
        and superseded_by is null
        and as_of_date <= CAST(:as_of AS date)
        and as_of_date > CAST(:as_of AS date) - make_interval(months => 6)
),
spoken as (
    select distinct condition.place, condition.edition, condition.service_code, sender.county_code
    from entitlement.condition as condition
    join sender using (feed)
    where condition.role = 'proof'
),
ground as (
    select
        child_id,
        service_code,
        (array_agg(source_record_id order by as_of_date, source_record_id))[1] as source_record_id,
        (array_agg(kind order by as_of_date, source_record_id))[1] as kind,
        min(as_of_date) as since_date
    from told
    where role = 'target'
        and holds
    group by child_id, service_code
),
proof as (
    select
        child_id,
        service_code,
        (array_agg(source_record_id order by as_of_date desc, source_record_id desc) filter (where holds))[1] as source_record_id,
        max(until_date) filter (where agrees) as until_date,
        coalesce(bool_or(is_said and newest_only and not holds), false) as is_denied
    from told
    where role = 'proof'
    group by child_id, service_code
),
placed as (
    select
        child.child_id,
        child.county_code,
        child.hukou_code,
        child.has_number,
        child.place,
        child.edition,
        service.service_code,
        service.is_target_known,
        service.is_proof_known,
        service.decided_at,
        service.lead_department,
        service.raises,
        service.raises_after_days,
        reached.from_date,
        reached.below_date,
        ground.source_record_id as ground_record_id,
        ground.kind as ground_kind,
        proof.source_record_id as proof_record_id,
        proof.until_date as proven_until,
        coalesce(proof.is_denied, false) as is_denied,
        spoken.county_code is not null as has_spoken,
        service.is_target_known
            and CAST(:as_of AS date) >= reached.from_date
            and CAST(:as_of AS date) < reached.below_date
            and (
                ground.child_id is not null
                or not exists (
                    select 1
                    from entitlement.condition as condition
                    where condition.place = child.place
                        and condition.edition = child.edition
                        and condition.service_code = service.service_code
                        and condition.role = 'target'
                )
            ) as is_eligible,
        greatest(child.entered_date, reached.from_date, ground.since_date) as since_date
    from due_child as child
    join entitlement.service as service using (place, edition)
    cross join lateral (
        select
            entitlement.reaches(child.birth_date, service.from_age, service.in_september) as from_date,
            entitlement.reaches(child.birth_date, service.below_age, service.in_september) as below_date
    ) as reached
    left join ground using (child_id, service_code)
    left join proof using (child_id, service_code)
    left join spoken using (place, edition, service_code, county_code)
    where not CAST(:raising_only AS boolean) or service.raises is not null
)
select
    child_id,
    service_code,
    county_code,
    place,
    edition,
    state,
    case
        when state = 'unknown' then case
            when not is_target_known then 'target_unknown'
            when not is_proof_known then 'proof_unknown'
            else 'source_silent'
        end
        when state = 'gap' then case
            when decided_at = 'hukou' then 'awaits_hukou_place'
            when is_denied then 'said_otherwise'
            when proven_until is not null then 'proof_expired'
            when not has_number then 'no_identity_number'
            else 'not_listed'
        end
    end as reason,
    case when is_eligible then since_date end as eligible_since,
    case when is_eligible then ground_record_id end as ground_record_id,
    case when is_eligible then ground_kind end as ground_kind,
    case when state = 'received' then proof_record_id end as proof_record_id,
    case when state = 'gap' then lacking_since end as gap_since,
    case when state = 'gap' then case decided_at when 'hukou' then coalesce(hukou_code, county_code) else county_code end end
        as owner_county_code,
    case when state = 'gap' then lead_department end as owner_department,
    raises,
    from_date,
    below_date,
    lacking_since + raises_after_days as ripe_date
from placed
cross join lateral (
    select
        case
            when is_target_known and not is_eligible then 'not_eligible'
            when proof_record_id is not null then 'received'
            when not is_target_known or not is_proof_known then 'unknown'
            when not has_spoken and decided_at = 'residence' then 'unknown'
            else 'gap'
        end as state,
        case when is_eligible and proof_record_id is null then greatest(since_date, proven_until) end as lacking_since
) as told_of;
