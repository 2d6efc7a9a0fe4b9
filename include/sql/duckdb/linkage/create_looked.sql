-- Records this run looks at, there or not: all it knows, or those of the keys that were stirred. Reads: seen, stirred.
create or replace temp table looked as
select rid from seen where $everything
union all
select key(prefix || number) from stirred cross join unnest(range(most::bigint)) as place (number) where not $everything;
