-- Reads: told_now. Writes: told.
insert into told
select left_rid, right_rid, verdict from told_now;
