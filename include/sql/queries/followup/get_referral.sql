-- Kind and county of a referral. Reads: followup.referral.
select kind, county_code
from followup.referral
where referral_id = :referral_id;
