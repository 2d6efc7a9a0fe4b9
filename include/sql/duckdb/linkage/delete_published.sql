-- Writes: published.
delete from published;
