-- Scores of the last change.
drop table if exists scored;
