-- How common the names to compare are, in steps of four, so that a day's records seldom change a weight.
-- Reads: record, profile, spelling. Binds: records (size of the data, in steps of two).
create or replace temp table name_frequency as
select
    spelling.name,
    power(4, floor(log2(count(*)) / 2) + 0.5) / $records as tf_name
from record
join spelling on spelling.name_key = record.name
semi join profile on profile.name = spelling.name
group by spelling.name;
