-- Records about which the words changed since the last run. Reads: told, told_now.
create or replace temp table turned_word as
with turned as (
    (select left_rid, right_rid, verdict from told except select left_rid, right_rid, verdict from told_now)
    union all
    (select left_rid, right_rid, verdict from told_now except select left_rid, right_rid, verdict from told)
)
select left_rid as rid from turned
union
select right_rid from turned;
