-- What every record says of where its touched child is: in which county, and whether it only tells that the child left there.
-- Reads: said.  Binds: as_of, departed (rules/absence.yaml).
create temporary table placed on commit drop as
select
    child_id,
    case when kind = 'residence_code' then value else county_code end as county_code,
    feed,
    as_of_date as seen_date,
    expires_date,
    kind = 'visit_outcome' or value = county_code as is_own,
    source_record_id in (
        select source_record_id
        from said
        where CAST(:departed AS jsonb) -> kind ? value
    ) as is_leaving,
    source_record_id
from said
where as_of_date <= CAST(:as_of AS date)
    and (kind = 'residence_code' or (kind = 'visit_outcome' and value in ('reached', 'moved')));
