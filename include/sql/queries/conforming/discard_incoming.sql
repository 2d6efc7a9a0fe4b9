-- Several files may be published in one transaction.
drop table if exists pg_temp.incoming;
