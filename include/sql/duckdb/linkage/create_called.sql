-- How alike the names of two records are: as `likeness` says, but null where one may be a newborn's that is only called the
-- child of the other's guardian (李艳子 where the guardian is 李艳). Arguments are rows of `face`.
create or replace macro called(a, b) as case
    when a.name = b.name or not coalesce(a.parent = b.guardian_name or a.guardian_name = b.parent, false)
        then likeness(a.spelt, b.spelt)
end;
