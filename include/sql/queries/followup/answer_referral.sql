-- What a department or organisation answers, on record, where the referral waits for it. Writes: followup.referral,
-- followup.referral_answer.
with answered as (
    update followup.referral
    set
        state = :state,
        organisation = coalesce(CAST(:organisation AS text), organisation),
        agreed_by = coalesce(CAST(:agreed_by AS text), agreed_by)
    where referral_id = :referral_id
        and (state = 'open' or (state = 'accepted' and CAST(:state AS text) <> 'declined'))
    returning referral_id
)
insert into followup.referral_answer (referral_id, state, actor, reason, organisation, agreed_by)
select referral_id, :state, :actor, :reason, CAST(:organisation AS text), CAST(:agreed_by AS text)
from answered;
