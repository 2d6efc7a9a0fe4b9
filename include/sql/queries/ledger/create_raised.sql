-- Per child and rule, the evidence that holds today and its fingerprint: the same kinds and values, told again by a newer
-- file, are the same evidence. Only facts the catalogue lets raise the rule, and no older than it allows, are evidence; of a
-- service only where the child's list says that the gap is to be asked about by now.
-- Reads: evidence_found, standing_fact, ledger.profile, judged.
-- Binds: as_of, own_counties, raised_by, evidence_months, gap_rules.
create temporary table raised on commit drop as
select
    found.child_id,
    found.flag_code,
    encode(sha256(convert_to(string_agg(distinct fact.kind || '=' || fact.value, '&' order by fact.kind || '=' || fact.value), 'UTF8')), 'hex')
        as evidence_fingerprint,
    jsonb_agg(
        distinct jsonb_build_object('kind', fact.kind, 'source_record_id', fact.source_record_id)
    ) as evidence,
    profile.residence_code as county_code
from evidence_found as found
join standing_fact as fact using (source_record_id, kind)
join ledger.profile as profile on profile.child_id = found.child_id
where CAST(:own_counties AS jsonb) ? profile.residence_code
    and CAST(:raised_by AS jsonb) -> found.flag_code -> fact.feed ? fact.kind
    and coalesce(
        fact.as_of_date + make_interval(months => CAST(CAST(:evidence_months AS jsonb) ->> found.flag_code AS integer))
        > CAST(:as_of AS date),
        true
    )
    and (
        not CAST(:gap_rules AS jsonb) ? found.flag_code
        or (found.child_id, found.flag_code) in (
            select child_id, raises
            from judged
            where ripe_date <= CAST(:as_of AS date)
        )
    )
group by found.child_id, found.flag_code, profile.residence_code;
