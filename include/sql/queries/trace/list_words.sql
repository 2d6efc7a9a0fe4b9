-- Words of people on records that belong to a child today. Reads: identity.word, identity.standing_word.
select
    word.judgement_id as judgement,
    word.left_record_id,
    word.right_record_id,
    word.verdict,
    word.reviewer,
    word.judged_at,
    word.confirmed_by,
    word.undone_by,
    word.undo_confirmed_by,
    case
        when word.is_waiting or word.is_undo_waiting then 'waits for a second account'
        when standing.judgement_id is not null then 'counts'
        when word.undone_by is not null then 'undone'
        else 'an older word'
    end as state
from identity.word
left join identity.standing_word as standing using (judgement_id)
where :child_id = any (word.left_children || word.right_children)
order by word.judgement_id;
