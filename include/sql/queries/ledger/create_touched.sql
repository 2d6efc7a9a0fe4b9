-- Children who may differ from the last refresh: a record of theirs changed or changed hands, or one that a flag or an officer's
-- answer rests on did, or a day came on which they change by the calendar alone. Reads: changed,
-- identity.member, identity.child, ledger.fact, ledger.ground, ledger.flag, ledger.answer, ledger.awaited.
-- Binds: since (null: never), as_of.
create temporary table touched on commit drop as
with answered as (
    select answer.source_record_id, answer.answered_date, coalesce(member.child_id, child.merged_into, child.child_id) as child_id
    from ledger.answer as answer
    join identity.child as child using (child_id)
    left join identity.member as member using (source_record_id)
)
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
select flag.child_id
from ledger.ground as ground
join ledger.flag as flag using (flag_id)
cross join lateral jsonb_array_elements(ground.evidence) as piece
where CAST(piece ->> 'source_record_id' AS bigint) in (select source_record_id from changed)
union
select answered.child_id
from answered
where answered.source_record_id in (select source_record_id from changed)
    or (answered.answered_date > CAST(:since AS date) and answered.answered_date <= CAST(:as_of AS date))
union
select awaited.child_id
from ledger.awaited as awaited
where awaited.day <= CAST(:as_of AS date);
