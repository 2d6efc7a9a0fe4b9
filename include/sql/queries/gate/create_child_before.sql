-- Where each child lives and whose ledger it stands in without the file. Reads: ledger.profile, ledger.entry.
create temporary table child_before on commit drop as
select profile.child_id, profile.residence_code, entry.county_code
from ledger.profile as profile
left join ledger.entry as entry on entry.child_id = profile.child_id and entry.left_date is null;
