-- A judgement where it stands today. Reads: identity.word.
select judgement_id, verdict, reviewer, undone_by, is_waiting, is_undo_waiting
from identity.word
where judgement_id = :judgement_id;
