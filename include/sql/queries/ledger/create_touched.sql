-- Children whose profile may differ from the last one: by a record that changed or changed hands, or because something said
-- of them stopped counting meanwhile. Reads: changed, identity.member, ledger.fact.  Binds: since (null: never), as_of.
create temporary table touched on commit drop as
select child_id
from changed
where child_id is not null
union
select member.child_id
from changed
join identity.member as member using (source_record_id)
union
select fact.child_id
from changed
join ledger.fact as fact using (source_record_id)
union
select fact.child_id
from ledger.fact as fact
where fact.expires_date > CAST(:since AS date)
    and fact.expires_date <= CAST(:as_of AS date);
