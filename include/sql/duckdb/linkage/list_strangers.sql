-- One profile for each trusted identity number: people of whom any two are strangers, though siblings are among them.
-- Reads: profiles.
select profiles.*
from profiles
where profiles.id_number is not null
qualify row_number() over (partition by profiles.id_number order by profiles.unit) = 1;
