-- Every column of the ledger database with its comments, in order. Reads: the catalogue.
-- Returns: schema_name, schema_about, table_name, table_about, column_name, type, is_required, column_about.
select
    space.nspname as schema_name,
    obj_description(space.oid, 'pg_namespace') as schema_about,
    relation.relname as table_name,
    obj_description(relation.oid, 'pg_class') as table_about,
    attribute.attname as column_name,
    format_type(attribute.atttypid, attribute.atttypmod) as type,
    attribute.attnotnull as is_required,
    col_description(relation.oid, attribute.attnum) as column_about
from pg_namespace as space
join pg_class as relation on relation.relnamespace = space.oid and relation.relkind in ('r', 'v')
join pg_attribute as attribute on attribute.attrelid = relation.oid and attribute.attnum > 0 and not attribute.attisdropped
where space.nspname not in ('pg_catalog', 'pg_toast', 'information_schema', 'public')
    and space.nspname not like 'pg\_temp%'
order by space.nspname, relation.relname, attribute.attnum;
