-- Each situation is reported for itself: that a child is harmed is not told by an open report that nobody guards it.
drop index followup.referral_waiting;
create unique index referral_waiting on followup.referral (item_id, kind, department, situation) nulls not distinct
where state in ('open', 'accepted');
comment on column followup.referral.situation is 'Statutory situation, as its code; null where the way names none';

-- Until now a report that opened by itself named none.
update followup.referral as referral
set situation = case
    when exists (
        select 1
        from followup.visit as visit
        where visit.item_id = referral.item_id
            and visit.outcome = 'unsafe'
            and visit.visited_date <= followup.day_of(referral.opened_at)
    ) or flag.flag_code in ('living_apart', 'unattended', 'vagrancy')
        then 'danger'
    else 'no_guardian'
end
from followup.item as item
join ledger.flag as flag using (flag_id)
where item.item_id = referral.item_id
    and referral.situation is null
    and referral.kind = 'mandatory_report';
