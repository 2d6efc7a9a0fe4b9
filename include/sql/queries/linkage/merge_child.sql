-- A child number that turned out to be another; numbers that pointed to it follow. Writes: identity.child.
update identity.child
set merged_into = :merged_into
where child_id = :child_id
    or merged_into = :child_id;
