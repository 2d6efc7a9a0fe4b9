-- Reads: new_day. Writes: day.
insert into day
select birth, lunar from new_day;
