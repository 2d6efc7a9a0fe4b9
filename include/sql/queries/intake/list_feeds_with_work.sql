-- Feeds some stage still owes something. Reads: intake.receipt.  Returns: feed.
select distinct feed
from intake.receipt
where feed is not null
    and (state not in ('settled', 'held') or reported_at is null)
order by feed;
