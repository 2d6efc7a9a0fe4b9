-- Pairs of records worth scoring.
create or replace temp table candidate (left_unit bigint, right_unit bigint);
