-- Words on whether a child is shielded, the last one stands. Reads: identity.shield.
select shield_id as shield, said_at, state, officer, reason, inherited_from
from identity.shield
where child_id = :child_id
order by shield_id;
