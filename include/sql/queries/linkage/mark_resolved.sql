-- Receipts whose records the coming read is sure to see; marked first, so that a file arriving meanwhile waits.
-- Writes: intake.receipt.
update intake.receipt
set resolved_at = now()
where state = 'settled'
    and resolved_at is null;
