-- Why children of a run were merged, split or moved: a word of people about two of their records, said, confirmed or undone
-- since the run before; else new rules; else their records. Reads: identity.word, identity.member, identity.past_member,
-- identity.run. Writes: identity.event.
with before as (
    select rule_version, happened_at
    from identity.run
    where run_id < :run_id
    order by run_id desc
    limit 1
),
spoken as (
    select
        word.judgement_id,
        word.left_record_id,
        word.right_record_id,
        coalesce(word.undo_confirmed_by, word.undone_by, word.confirmed_by, word.reviewer) as actor
    from identity.word
    where greatest(word.judged_at, word.confirmed_at, word.undone_at, word.undo_confirmed_at)
        > coalesce((select happened_at from before), '-infinity')
),
side as (
    select source_record_id, child_id
    from identity.member
    where source_record_id in (select left_record_id from spoken union select right_record_id from spoken)
    union
    select source_record_id, child_id
    from identity.past_member
    where left_at = now()
        and source_record_id in (select left_record_id from spoken union select right_record_id from spoken)
),
caused as (
    select distinct on (event.event_id) event.event_id, spoken.actor
    from spoken
    join side as one on one.source_record_id = spoken.left_record_id
    join side as other on other.source_record_id = spoken.right_record_id
    join identity.event as event
        on event.run_id = :run_id
        and (event.child_id, event.other_child_id) in (
            (one.child_id, other.child_id), (other.child_id, one.child_id)
        )
    order by event.event_id, spoken.judgement_id desc
)
update identity.event as event
set
    reason = case
        when caused.actor is not null then 'judged'
        when (select rule_version from before) <> run.rule_version then 'rules'
        else 'evidence'
    end,
    actor = coalesce(caused.actor, 'resolve')
from identity.event as told
join identity.run as run using (run_id)
left join caused using (event_id)
where told.event_id = event.event_id
    and event.run_id = :run_id
    and event.other_child_id is not null;
