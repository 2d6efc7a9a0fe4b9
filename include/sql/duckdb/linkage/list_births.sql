-- Distinct spellings of birth dates. Reads: source.
select distinct birth_date as raw from source where birth_date is not null;
