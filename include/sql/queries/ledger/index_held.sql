-- Each definition joins what held of one child. Writes: held.
create index on held (child_id, kind);
