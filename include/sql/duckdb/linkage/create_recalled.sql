-- Records whose unit must be found again: their number's meaning changed, or a person's word about them did.
-- Reads: record, turned_identity, turned_word.
create or replace temp table recalled as
select *
from record
where stated_id in (select id_number from turned_identity)
    or "natural" in (select "natural" from record where rid in (select rid from turned_word));
