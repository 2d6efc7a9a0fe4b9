-- The latest visit with a verdict on the reason decides its flag, and any flag that was asked as one with it; of two verdicts
-- of one visit that which finds it true. A verdict that says nothing of the reason leaves it as it was, and without any it is
-- open, as when the visit was corrected or taken back. What has to be seen is not answered by who met nobody, by papers where the
-- rule always sends somebody, or by the same words for a whole village. Decided anew for every flag.
-- Reads: followup.visit, followup.item, ledger.mass_confirmation. Writes: ledger.flag, touched.
-- Binds: verdicts (rules/flags/verdicts.yaml), desk_rules (rules that may be answered on paper).
with rule as (
    select code, answer, concerns, is_seen
    from jsonb_to_recordset(CAST(:verdicts AS jsonb)) as told (code text, answer text, concerns jsonb, is_seen boolean)
    where answer <> 'open'
),
latest as (
    select distinct on (asked.flag_id) asked.flag_id, rule.code as verdict, rule.answer, visit.visited_date
    from ledger.flag as asked
    join followup.item as item on item.flag_id in (asked.flag_id, asked.answered_as)
    join followup.visit as visit using (item_id)
    join conformed.source_record as record using (source_record_id)
    join rule on rule.code in (visit.verdict, visit.other_verdict)
    left join ledger.mass_confirmation as mass using (source_record_id)
    where (rule.concerns is null or rule.concerns ? asked.flag_code)
        and (
            not rule.is_seen
            or visit.outcome = 'reached' and mass.source_record_id is null
            or visit.outcome = 'desk_checked' and CAST(:desk_rules AS jsonb) ? asked.flag_code
        )
    order by
        asked.flag_id, visit.visited_date desc, rule.answer = 'confirmed' desc, record.record_key, record.county_code,
        visit.source_record_id, rule.code
),
answered as (
    select
        flag.flag_id,
        coalesce(latest.answer, 'open') as status,
        latest.verdict,
        latest.visited_date as ended_date
    from ledger.flag as flag
    left join latest using (flag_id)
    where flag.status <> 'withdrawn'
        and (flag.status in ('confirmed', 'dismissed') or latest.verdict is not null)
),
turned as (
    update ledger.flag as flag
    set status = answered.status, verdict = answered.verdict, ended_date = answered.ended_date
    from answered
    where flag.flag_id = answered.flag_id
        and (flag.status, flag.verdict, flag.ended_date) is distinct from (answered.status, answered.verdict, answered.ended_date)
    returning flag.child_id
)
insert into touched (child_id)
select distinct child_id
from turned
where child_id not in (select child_id from touched);
