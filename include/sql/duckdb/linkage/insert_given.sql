-- A person's SAME outweighs any evidence; a visit row belongs to the child it names if name and birth date agree.
-- Reads: told_now, stated_label. Writes: given_edge.
insert into given_edge
select left_rid, right_rid, 'judged', 100, true from told_now where verdict = 'SAME'
union all
select key("left"), key("right"), 'stated_child', case when agrees::boolean then 50 else 8 end, agrees::boolean from stated_label;
