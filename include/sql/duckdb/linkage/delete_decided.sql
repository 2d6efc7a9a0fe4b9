-- Reads: dirty. Writes: decided.
delete from decided
where low in (select unit from dirty) or high in (select unit from dirty);
