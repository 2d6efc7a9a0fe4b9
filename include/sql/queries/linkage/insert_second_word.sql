-- What is said of a judgement afterwards, each thing once. Writes: identity.second_word.
insert into identity.second_word (judgement_id, kind, reason, officer)
values (:judgement_id, :kind, :reason, :officer)
on conflict do nothing;
