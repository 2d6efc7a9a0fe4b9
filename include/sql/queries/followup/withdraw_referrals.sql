-- Referrals nobody answered yet that opened by themselves on what no longer holds. Reads: followup.item.
-- Writes: followup.referral.
update followup.referral as referral
set state = 'withdrawn'
from followup.item as item
where item.item_id = referral.item_id
    and item.state = 'withdrawn'
    and referral.state = 'open'
    and referral.officer is null;
