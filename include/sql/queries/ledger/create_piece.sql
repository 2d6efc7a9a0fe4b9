-- The evidence that holds today: facts the catalogue lets raise their rule, and no older than it allows; of a service only where
-- the child's list says that the gap is to be asked about by now. Reads: evidence_found, standing_fact, judged.
-- Binds: as_of, raised_by, evidence_months, gap_rules.
create temporary table piece on commit drop as
select
    found.child_id,
    found.flag_code,
    fact.kind,
    fact.value,
    fact.source_record_id,
    fact.as_of_date,
    fact.feed,
    fact.county_code,
    fact.record_key
from evidence_found as found
join standing_fact as fact using (source_record_id, kind)
where CAST(:raised_by AS jsonb) -> found.flag_code -> fact.feed ? fact.kind
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
    );
