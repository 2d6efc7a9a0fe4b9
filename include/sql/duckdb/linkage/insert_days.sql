-- New days. Reads: read_births. Writes: day.
insert or ignore into day
select distinct birth, lunar from read_births where birth is not null;
