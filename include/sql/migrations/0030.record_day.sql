-- Who told the same of a day before is found without reading all its sender ever told of the child.
drop index conformed.source_record_key;
create index source_record_key on conformed.source_record (feed, county_code, record_key, as_of_date);
