-- Of two answers each column is chosen for itself: one office may be right about the door and the other about the need.
alter table followup.conflict add column but_columns text [] not null default '{}' check (but_columns <@ columns);
comment on column followup.conflict.but_columns is 'Columns in which the officer chose the row not chosen else';
