-- Numbers that changed from standing for a child to standing for nobody, or back. Reads: dying_identity, dead_identity.
create or replace temp table turned_identity as
select dying.id_number
from dying_identity as dying
left join dead_identity as dead using (id_number)
where dying.dead <> (dead.id_number is not null);
