-- Units that lost or gained a record. Reads: fresh, record, outgoing.
create or replace temp table touched as
select record.unit from record semi join fresh using (rid)
union
select unit from outgoing;
