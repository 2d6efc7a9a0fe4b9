-- Writes: reckoned. Binds: records.
create or replace table reckoned as select $records::double as records;
