-- A SAME says whose a number is: of two records with different numbers the one that nothing else bears under its name is
-- a slip (where that is so of both, the one other names bear too; else both), and so is one that other names bear where
-- its partner has none. Reads: told, fresh, record.
create or replace temp table slip_now as
with same as (
    select left_rid as rid, right_rid as partner from told where verdict = 'SAME'
    union
    select right_rid, left_rid from told where verdict = 'SAME'
), named as (
    select rid, stated_id, name from fresh where rid in (select rid from same)
    union all
    select rid, stated_id, name from record where rid in (select rid from same)
), written as (
    select rid, stated_id, name from fresh where stated_id in (select stated_id from named)
    union all
    select rid, stated_id, name from record where stated_id in (select stated_id from named)
), met as (
    select one.rid, one.stated_id, one.name, other.rid as partner, other.stated_id as other_id
    from same
    join named as one on one.rid = same.rid
    join named as other on other.rid = same.partner
), backed as (
    select distinct one.rid
    from named as one
    join written on written.stated_id = one.stated_id and written.name is not distinct from one.name
        and written.rid <> one.rid
    where not exists (
        select 1
        from met
        where met.rid = written.rid
            and met.partner in (select same.partner from same where same.rid = one.rid)
    )
), contested as (
    select distinct one.rid
    from named as one
    join written on written.stated_id = one.stated_id and written.name is distinct from one.name
    where not exists (select 1 from same where same.rid = one.rid and same.partner = written.rid)
)
select distinct met.rid
from met
where met.rid not in (select rid from backed)
    and case
        when met.stated_id <> met.other_id then met.partner in (select rid from backed)
            or met.rid in (select rid from contested)
            or met.partner not in (select rid from contested)
        else met.other_id is null and met.rid in (select rid from contested)
    end;
