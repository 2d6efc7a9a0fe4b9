-- What people said of two records, oldest first. Reads: identity.word, identity.standing_word.
select
    word.judgement_id as judgement,
    word.verdict,
    word.reviewer,
    word.judged_at,
    word.confirmed_by,
    word.undone_by,
    standing.judgement_id is not null as counts,
    word.is_waiting or word.is_undo_waiting as waits
from identity.word
left join identity.standing_word as standing using (judgement_id)
where (word.left_record_id, word.right_record_id) = (CAST(:left AS bigint), CAST(:right AS bigint))
order by word.judgement_id;
