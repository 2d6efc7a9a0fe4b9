-- Records whose number came to mean a child, or nobody. Reads: record, turned_identity.
create or replace temp table recalled as
select *
from record
where stated_id in (select id_number from turned_identity);
