-- Words that would change a shielded child and wait for a second account, unless a newer word on the pair counts.
-- Reads: identity.word, identity.standing_word.
select
    word.judgement_id as judgement,
    word.left_record_id,
    word.right_record_id,
    word.verdict,
    case when word.is_undo_waiting then 'undo' end as waits_to,
    coalesce(word.undone_by, word.reviewer) as said_by,
    coalesce(word.undone_at, word.judged_at) as said_at
from identity.word
left join identity.standing_word as newer
    on newer.subject = word.subject
    and newer.judgement_id > word.judgement_id
where (word.is_waiting or word.is_undo_waiting)
    and newer.judgement_id is null
order by word.judgement_id;
