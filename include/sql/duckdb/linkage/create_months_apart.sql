-- Months between two birth dates. Children of one mother are born eight months apart or more, if they are not twins.
-- Arguments are rows of `day` or `record`.
create or replace macro months_apart(a, b) as
    abs(a.birth // 10000 * 12 + a.birth // 100 % 100 - b.birth // 10000 * 12 - b.birth // 100 % 100);
