-- What the reader found holds rows back before the suite is run, and outlives a repeated validation.
alter table intake.issue add column is_of_reader boolean not null default false;
comment on column intake.issue.is_of_reader is 'Found while the file was read, before the suite was run';
