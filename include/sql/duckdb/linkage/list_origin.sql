-- What the state was made by, and whether a run that died left it. Reads: origin.
select origin, exists (select 1 from duckdb_tables() where table_name = 'unfinished') from origin;
