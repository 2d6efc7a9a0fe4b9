-- What records say of these children that a list asks about: whether it agrees, whether it counts today, until when it did.
-- A statement ends when it expires, when a newer one replaces it, or when the day it names is too long ago. Of two of one day
-- that of the county the child lives in is the newer one, never the one that came last.
-- Reads: due_child, said, entitlement.service, entitlement.condition.
-- Binds: as_of, raising_only (of services whose gaps may be items).
create temporary table told on commit drop as
with looked_for as (
    select condition.*
    from entitlement.condition as condition
    join entitlement.service as service using (place, edition, service_code)
    where not CAST(:raising_only AS boolean) or service.raises is not null
),
statement as materialized (
    select
        child.child_id,
        child.place,
        child.edition,
        said.kind,
        said.value,
        said.source_record_id,
        said.as_of_date,
        said.expires_date,
        said.feed,
        dense_rank() over (
            partition by child.child_id
            order by said.as_of_date, said.county_code = child.county_code, said.feed desc, said.county_code desc, said.record_key desc
        ) as place_in_time,
        said.expires_date > CAST(:as_of AS date) as is_valid
    from due_child as child
    join said using (child_id)
    where said.as_of_date <= CAST(:as_of AS date)
        and said.kind in (select kind from looked_for)
),
asked as (
    select
        statement.child_id,
        condition.service_code,
        condition.role,
        condition.newest_only,
        statement.kind,
        statement.source_record_id,
        statement.as_of_date,
        statement.is_valid,
        condition.said_values = '{}' or statement.value = any(condition.said_values) as agrees,
        row_number() over (
            partition by statement.child_id, condition.service_code, condition.role, condition.kind, condition.feed, statement.is_valid
            order by statement.place_in_time desc
        ) = 1 as is_newest,
        least(
            statement.expires_date,
            case when condition.newest_only then
                lead(statement.as_of_date) over (
                    partition by statement.child_id, condition.service_code, condition.role, condition.kind, condition.feed
                    order by statement.place_in_time
                )
            end,
            case when condition.within_months is not null then
                CAST(CAST(statement.value AS date) + make_interval(months => condition.within_months) AS date) + 1
            end
        ) as until_date,
        condition.within_months is null
            or CAST(statement.value AS date) + make_interval(months => condition.within_months) >= CAST(:as_of AS date) as is_recent
    from statement
    join looked_for as condition using (place, edition, kind)
    where condition.feed in ('', statement.feed)
)
select
    child_id,
    service_code,
    role,
    kind,
    source_record_id,
    as_of_date,
    until_date,
    agrees,
    is_valid and (is_newest or not newest_only) as is_said,
    agrees and is_recent and is_valid and (is_newest or not newest_only) as holds,
    newest_only
from asked;
