-- A child never holds two identity numbers that two records each support and nobody joined by judgement; a number its
-- own department replaced after a ticket is the replacement.
select member.child_id
from identity.member as member
join conformed.source_record as record using (source_record_id)
left join tickets.replaced using (source_record_id)
where member.route = 'exact_id'
group by member.child_id
having count(distinct coalesce(replaced.id_number, record.id_number)) > 1;
