-- Reads: told_label.
create or replace temp table told_now as
select key("left") as left_rid, key("right") as right_rid, verdict from told_label;
