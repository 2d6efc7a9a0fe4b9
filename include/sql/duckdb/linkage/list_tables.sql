-- What a state holds.
select table_name from duckdb_tables() where not temporary;
