-- Source records: one accepted row, typed, one child, one department.
create schema conformed;
comment on schema conformed is 'Accepted rows, typed: one row is what one department says of one child at one date';

create table conformed.source_record (
    source_record_id bigint primary key,
    receipt_id bigint not null references intake.receipt,
    line_number integer not null,
    feed text not null,
    county_code text not null,
    as_of_date date not null,
    record_key text not null,
    name text,
    id_number text,
    birth_date date,
    sex text check (sex in ('1', '2')),
    ethnicity_code text,
    residence_code text,
    hukou_code text,
    address text,
    guardian_name text,
    guardian_id_number text,
    guardian_phone text,
    school_roll_number text,
    birth_certificate_number text,
    vaccination_code text,
    disability_certificate_number text,
    health_record_number text,
    insurance_number text,
    facts jsonb not null default '{}',
    status text not null default 'in_force' check (status in ('in_force', 'superseded', 'withdrawn')),
    unique (receipt_id, line_number),
    check (source_record_id = receipt_id * 10000000 + line_number)
);
comment on table conformed.source_record is 'One accepted row of one file';
comment on column conformed.source_record.source_record_id is 'receipt_id × 10,000,000 + line_number: stable over re-runs and readable back to file and line';
comment on column conformed.source_record.receipt_id is 'File it came in';
comment on column conformed.source_record.line_number is 'Physical line in that file';
comment on column conformed.source_record.feed is '<department>.<feed>';
comment on column conformed.source_record.county_code is 'County of the sender';
comment on column conformed.source_record.as_of_date is 'When the row was true: its own date where the contract names one, else the data date of the file';
comment on column conformed.source_record.record_key is 'The sender''s own key';
comment on column conformed.source_record.name is 'Child''s name as sent, trimmed';
comment on column conformed.source_record.id_number is 'Citizen identity number (GB 11643), folded to half width and upper-case X';
comment on column conformed.source_record.birth_date is 'Date of birth';
comment on column conformed.source_record.sex is 'GB/T 2261.1: 1 male, 2 female';
comment on column conformed.source_record.ethnicity_code is 'GB/T 3304 two-digit code';
comment on column conformed.source_record.residence_code is 'County where the child lives';
comment on column conformed.source_record.hukou_code is 'County of the household register; never derived from the identity number';
comment on column conformed.source_record.address is 'Address as sent';
comment on column conformed.source_record.guardian_name is 'Guardian''s name';
comment on column conformed.source_record.guardian_id_number is 'Guardian''s identity number';
comment on column conformed.source_record.guardian_phone is 'Guardian''s phone';
comment on column conformed.source_record.school_roll_number is 'National school-roll number (G, J or L + 18)';
comment on column conformed.source_record.birth_certificate_number is 'Medical certificate of birth (letter + 9 digits)';
comment on column conformed.source_record.vaccination_code is 'Code of the vaccination system';
comment on column conformed.source_record.disability_certificate_number is 'Disability certificate (identity number + type + grade)';
comment on column conformed.source_record.health_record_number is 'Resident health record (17 digits)';
comment on column conformed.source_record.insurance_number is 'Number of the medical-insurance system';
comment on column conformed.source_record.facts is 'What the row says besides: fact kind → value, by the contract';
comment on column conformed.source_record.status is 'in_force, superseded by a correction, or withdrawn by the sender';
create index source_record_feed on conformed.source_record (feed, county_code, as_of_date);
create index source_record_key on conformed.source_record (feed, county_code, record_key);
create index source_record_set_aside on conformed.source_record (feed, county_code, name) where status <> 'in_force';
