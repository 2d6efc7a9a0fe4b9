-- Touched children on no list of a feed, with the statement that places them in the county whose list is whole. A list that
-- did not come, or not whole, says nothing of anybody; who was ever on a list in force is not here but in conformed.absence.
-- Reads: ledger.whole_list, stated, standing_fact.
create temporary table unlisted on commit drop as
select
    whole.feed,
    whole.list_date,
    whole.school_year_start,
    place.child_id,
    place.source_record_id,
    place.kind
from ledger.whole_list as whole
join standing_fact as place
    on place.kind = 'residence_code' and place.value = whole.county_code and place.as_of_date <= whole.list_date
where place.is_watched
    and place.is_newest
    and not exists (
        select 1
        from stated
        where stated.child_id = place.child_id
            and stated.feed = whole.feed
            and stated.status = 'in_force'
    );
