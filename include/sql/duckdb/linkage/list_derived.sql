-- Distinct numbers that may hold an identity number. Reads: source.
select school_roll_number as raw from source where length(school_roll_number) >= 19
union
select insurance_number from source where length(insurance_number) >= 18
union
select disability_certificate_number from source where length(disability_certificate_number) >= 20;
