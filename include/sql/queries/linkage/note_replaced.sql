-- Rows that speak with a ticket's replacement today are looked at by the next run again: when it ends, no row says so.
-- Reads: tickets.replaced, conformed.source_record. Writes: identity.change.
insert into identity.change (feed, county_code, record_key, as_of_date)
select record.feed, record.county_code, record.record_key, record.as_of_date
from tickets.replaced
join conformed.source_record as record using (source_record_id);
