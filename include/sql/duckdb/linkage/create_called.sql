-- How alike the names of two records are: as `likeness` says, but null where one may be a newborn's that is only called a
-- parent's: 李艳子, where the guardian of the other is 李艳, and 李艳女, as hardly a child has such a name. Arguments are rows of
-- `face`.
create or replace macro called(a, b) as case
    when coalesce(a.parent = b.guardian_name or a.guardian_name = b.parent, false) then null
    when not coalesce(
        a.parent is not null and ends_with(a.spelt.name, '女') or b.parent is not null and ends_with(b.spelt.name, '女'), false
    ) then likeness(a.spelt, b.spelt)
    when likeness(a.spelt, b.spelt) >= 3 then likeness(a.spelt, b.spelt)
end;
