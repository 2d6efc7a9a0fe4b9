-- Each rule looks for one kind and value of many. Writes: standing_fact.
create index on standing_fact (kind, value);
