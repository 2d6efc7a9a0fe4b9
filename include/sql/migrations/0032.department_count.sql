-- Signed figures agree with the registers of departments: what each counts itself, on record beside what the ledger holds.
create table rounds.department_count (
    count_id bigint generated always as identity primary key,
    round_name text not null,
    county_code text not null,
    feed text not null,
    row_count integer not null check (row_count >= 0),
    officer text not null check (officer <> ''),
    reason text not null check (reason <> ''),
    told_at timestamptz not null default now(),
    foreign key (round_name, county_code) references rounds.round
);
comment on table rounds.department_count is 'How many rows a department''s own register has of a half-year; the newest of a feed counts, none is changed';
comment on column rounds.department_count.count_id is 'Running number';
comment on column rounds.department_count.round_name is 'Round';
comment on column rounds.department_count.county_code is 'County';
comment on column rounds.department_count.feed is 'Feed the department reports';
comment on column rounds.department_count.row_count is 'Rows of its register: of all its days where rows are events, of its newest list else';
comment on column rounds.department_count.officer is 'Account that recorded it';
comment on column rounds.department_count.reason is 'Where it was told: a letter''s number, a meeting';
comment on column rounds.department_count.told_at is 'When it was recorded';
create index department_count_round on rounds.department_count (round_name, county_code, feed);
create trigger kept before update or delete on rounds.department_count
for each row execute function identity.refuse_change();
