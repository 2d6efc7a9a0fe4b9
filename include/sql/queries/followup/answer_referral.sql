-- What a department or organisation answers, on record, where the referral waits for it. Who agreed to one organisation did not
-- agree to another that takes its place. Writes: followup.referral, followup.referral_answer.
with answered as (
    update followup.referral
    set
        state = :state,
        organisation = coalesce(CAST(:organisation AS text), organisation),
        agreed_by = case
            when organisation <> CAST(:organisation AS text) then CAST(:agreed_by AS text)
            else coalesce(CAST(:agreed_by AS text), agreed_by)
        end
    where referral_id = :referral_id
        and (state = 'open' or (state = 'accepted' and CAST(:state AS text) <> 'declined'))
    returning referral_id
)
insert into followup.referral_answer (referral_id, state, actor, reason, organisation, agreed_by)
select referral_id, :state, :actor, :reason, CAST(:organisation AS text), CAST(:agreed_by AS text)
from answered;
