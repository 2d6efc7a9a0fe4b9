-- Referrals nobody answered yet that opened by themselves go where their items go. Reads: followup.item.
-- Writes: followup.referral.
update followup.referral as referral
set county_code = item.county_code
from followup.item as item
where item.item_id = referral.item_id
    and item.county_code <> referral.county_code
    and referral.state = 'open'
    and referral.officer is null;
