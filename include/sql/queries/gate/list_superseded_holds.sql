-- Held files a newer one takes the place of, by the rule of conforming/supersede_receipts: a supplement takes the place of
-- none, it lies over whatever whole file stands or will. Reads: intake.receipt.
select held.receipt_id
from intake.receipt as held
join intake.receipt as newer using (feed, county_code, as_of_date)
where newer.receipt_id = :receipt_id
    and newer.supplement = 0
    and held.state = 'held'
    and (
        held.revision < newer.revision
        or (
            CAST(:is_snapshot AS boolean)
            and held.supplement = 0
            and held.revision = newer.revision
            and held.receipt_id < newer.receipt_id
        )
    );
