-- Custody of touched children that is no longer what the turns say. Reads: touched, responsible. Writes: ledger.custody.
delete from ledger.custody as custody
where custody.child_id in (select child_id from touched)
    and not exists (
    select 1
    from responsible
    where responsible.child_id = custody.child_id
        and responsible.county_code = custody.county_code
        and responsible.period = custody.period
        and responsible.taken = custody.taken
        and responsible.ended_reason is not distinct from custody.ended_reason
);
