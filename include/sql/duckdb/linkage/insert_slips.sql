-- Reads: slip_now. Writes: slip.
insert into slip
select rid from slip_now;
