-- The gaps of one county, oldest first; numbers and codes only. Reads: entitlement.gap.  Binds: county_code.
select gap_days, gap_since, child_id, service_code, reason, owner_county_code, owner_department, raises
from entitlement.gap
where county_code = :county_code
order by gap_days desc, child_id, position;
