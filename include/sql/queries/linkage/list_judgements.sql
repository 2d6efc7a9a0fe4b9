-- The word that counts on each two records in force, unless it is UNSURE: on every row of the keys it was said of.
-- Reads: identity.standing_word.
select left_record_id, right_record_id, word.verdict
from identity.standing_word as word
cross join lateral unnest(word.left_rows) as one (left_record_id)
cross join lateral unnest(word.right_rows) as other (right_record_id)
where word.verdict <> 'UNSURE'
    and left_record_id <> right_record_id;
