-- Pairs of records to weigh, and the route that asks. A pair may be asked for twice: by units that look for each other.
create or replace temp table pair (route varchar, one bigint, other bigint);
