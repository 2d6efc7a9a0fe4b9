-- Files whose effect the sender was not told yet. Reads: tickets.effect, intake.receipt, ledger.refresh.
select
    receipt.receipt_id,
    receipt.department,
    receipt.county_code,
    receipt.feed,
    receipt.file_name,
    receipt.sha256,
    receipt.as_of_date,
    receipt.received_at,
    receipt.verdict,
    receipt.accepted_count,
    receipt.rejected_count,
    effect.counts,
    refresh.refresh_id,
    refresh.as_of_date as ledger_date
from tickets.effect as effect
join intake.receipt as receipt using (receipt_id)
join ledger.refresh as refresh using (refresh_id)
where effect.told_at is null
order by receipt.receipt_id;
