-- What the lightest weighed link of a child rests on. Reads: identity.member.
select evidence, weight
from identity.member
where child_id = :child_id
    and weight is not null
order by weight, source_record_id
limit 1;
