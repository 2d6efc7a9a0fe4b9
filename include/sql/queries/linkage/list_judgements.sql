-- The word that counts on each pair, unless it is UNSURE. Reads: identity.standing_word.
select left_record_id, right_record_id, verdict
from identity.standing_word
where verdict <> 'UNSURE';
