-- Which child records belong to. Reads: identity.member.
select source_record_id, child_id
from identity.member
where source_record_id = any (CAST(:records AS bigint []));
