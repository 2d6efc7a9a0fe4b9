-- The matrix as it was judged. Reads: judged. Writes: entitlement.entitlement.
insert into entitlement.entitlement as standing (
    child_id, service_code, county_code, place, edition, state, reason, eligible_since, ground_record_id, ground_kind,
    proof_record_id, gap_since, owner_county_code, owner_department
)
select
    child_id,
    service_code,
    county_code,
    place,
    edition,
    state,
    reason,
    eligible_since,
    ground_record_id,
    ground_kind,
    proof_record_id,
    gap_since,
    owner_county_code,
    owner_department
from judged
on conflict (child_id, service_code) do update set
    county_code = excluded.county_code,
    place = excluded.place,
    edition = excluded.edition,
    state = excluded.state,
    reason = excluded.reason,
    eligible_since = excluded.eligible_since,
    ground_record_id = excluded.ground_record_id,
    ground_kind = excluded.ground_kind,
    proof_record_id = excluded.proof_record_id,
    gap_since = excluded.gap_since,
    owner_county_code = excluded.owner_county_code,
    owner_department = excluded.owner_department
where (standing.*) is distinct from (excluded.*);
