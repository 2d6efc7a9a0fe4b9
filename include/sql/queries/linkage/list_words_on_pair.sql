-- What people said of two records, or of others of their keys, oldest first. Reads: identity.word, identity.standing_word.
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
where (CAST(:left AS bigint) = any (word.left_rows) and CAST(:right AS bigint) = any (word.right_rows))
    or (CAST(:right AS bigint) = any (word.left_rows) and CAST(:left AS bigint) = any (word.right_rows))
order by word.judgement_id;
