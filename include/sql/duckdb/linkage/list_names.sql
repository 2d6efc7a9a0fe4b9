-- Distinct spellings the dictionary does not hold. Reads: source, spelled.
select raw
from (
    select name as raw from source where name is not null
    union
    select guardian_name from source where guardian_name is not null
)
anti join spelled using (raw);
