-- Child numbers that stand. Reads: identity.child.
select count(*) as children
from identity.child
where merged_into is null;
