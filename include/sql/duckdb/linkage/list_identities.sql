-- Distinct identity numbers of children and guardians. Reads: source.
select id_number as raw from source where id_number is not null
union
select guardian_id_number from source where guardian_id_number is not null;
