-- Per child and rule, the evidence that holds today and its fingerprint: the same kinds and values, told again by a
-- newer file, are the same evidence. Reads: evidence_found, ledger.fact, ledger.profile.
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
join ledger.fact as fact using (source_record_id, kind)
join ledger.profile as profile on profile.child_id = found.child_id
where CAST(:own_counties AS jsonb) ? profile.residence_code
group by found.child_id, found.flag_code, profile.residence_code;
