-- Writes: published.
insert into published values ($run_id);
