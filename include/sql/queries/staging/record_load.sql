-- Line counts of a loaded file. Writes: intake.receipt.
update intake.receipt
set
    state = 'loaded',
    physical_line_count = :physical,
    header_line_count = :header,
    blank_line_count = :blank,
    rejected_count = :held_back
where receipt_id = :receipt_id;
