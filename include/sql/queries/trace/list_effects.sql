-- What came of a file: records by status and route, children, facts, flags, visits. Reads: conformed.source_record,
-- identity.member, ledger.fact, ledger.flag, followup.visit.
with record as (
    select source_record_id, status
    from conformed.source_record
    where receipt_id = :receipt_id
)
select 'records ' || status as effect, count(*) as count
from record
group by status
union all
select 'linked by ' || member.route, count(*)
from record
join identity.member as member using (source_record_id)
group by member.route
union all
select 'children', count(distinct member.child_id)
from record
join identity.member as member using (source_record_id)
union all
select 'facts', count(*)
from record
join ledger.fact as fact using (source_record_id)
union all
select 'flags ' || flag.flag_code || ' ' || flag.status, count(distinct flag.flag_id)
from ledger.flag as flag
cross join lateral jsonb_array_elements(flag.evidence) as piece
join record on record.source_record_id = CAST(piece ->> 'source_record_id' AS bigint)
group by flag.flag_code, flag.status
union all
select 'visits', count(*)
from record
join followup.visit as visit using (source_record_id);
