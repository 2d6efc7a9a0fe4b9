-- What every record says of where its touched child is: in which county, and whether it only tells that the child left there. Where
-- a visit heard that it moved to is a sighting there, of the department that heard it; in another province, which nobody here can
-- ask, only what is seen there is one.
-- Reads: said.  Binds: as_of, departed (rules/absence.yaml), own_counties.
create temporary table placed on commit drop as
with gone as (
    select distinct source_record_id
    from said
    where CAST(:departed AS jsonb) -> kind ? value
)
select
    said.child_id,
    case when said.kind = 'visit_outcome' then said.county_code else said.value end as county_code,
    said.feed,
    said.as_of_date as seen_date,
    said.expires_date,
    said.kind = 'visit_outcome' or said.value = said.county_code as is_own,
    said.kind <> 'moved_to' and gone.source_record_id is not null as is_leaving,
    said.source_record_id
from said
left join gone using (source_record_id)
where said.as_of_date <= CAST(:as_of AS date)
    and (
        said.kind = 'residence_code'
        or said.kind = 'visit_outcome' and said.value in ('reached', 'moved')
        or said.kind = 'moved_to'
        and said.value <> said.county_code
        and CAST(:own_counties AS jsonb) ? said.value
        and gone.source_record_id is not null
    );
