-- A child never holds two identity numbers that two records each support and nobody joined by judgement.
select member.child_id
from identity.member as member
join conformed.source_record as record using (source_record_id)
where member.route = 'exact_id'
group by member.child_id
having count(distinct record.id_number) > 1;
