-- 未满八周岁无人看护: under 8 and found without anybody (未成年人保护法 art. 21 par. 1).
-- Reads: standing_fact, ledger.profile.  Binds: as_of.  Returns: child_id, source_record_id, kind.
select fact.child_id, fact.source_record_id, fact.kind
from standing_fact as fact
join ledger.profile as profile using (child_id)
where fact.is_watched
    and fact.is_newest
    and fact.kind = 'unattended'
    and fact.value = 'yes'
    and profile.birth_date > CAST(:as_of AS date) - interval '8 years';
