-- What the lightest link of a child rests on: weighed before not weighed, then what needs more than a number and a name.
-- Reads: identity.member.
select evidence, weight, route
from identity.member
where child_id = :child_id
    and evidence <> '{}'
order by weight nulls last, route in ('exact_id', 'same_statement'), source_record_id
limit 1;
