-- From which likeness on the names of two records say anything: always (0), but where one may be a newborn's that is only called a
-- parent's, if near (3: 李艳女, as hardly a child has such a name) or never (6: 李艳子, where the guardian of the other is 李艳). Nor
-- where the child's name and the guardian's stand in each other's place. Arguments are rows of `face`.
create or replace macro telling(a, b) as case
    when a.parent = b.guardian_name or a.guardian_name = b.parent then 6
    when a.name = b.guardian_name and a.guardian_name = b.name and a.name <> b.name then 6
    when a.parent is not null and ends_with(a.spelt.name, '女') or b.parent is not null and ends_with(b.spelt.name, '女') then 3
    else 0
end;
