-- Stays of touched children in the ledger of a county that no record in force supports any more count nowhere, as if they had never been: the child's number was
-- merged into another, its records are another child's now, or the file was withdrawn or corrected. The row stays.
-- Reads: touched, spell, identity.child, identity.member. Writes: ledger.entry.
update ledger.entry as stood
set
    left_date = stood.entered_date,
    left_reason = case
        when child.merged_into is not null then 'merged'
        when exists (
            select 1
            from identity.member as member
            where member.source_record_id = any(stood.basis)
                and member.child_id <> stood.child_id
        ) then 'split'
        else 'withdrawn'
    end
from identity.child as child
where child.child_id = stood.child_id
    and stood.child_id in (select child_id from touched)
    and coalesce(stood.left_reason, '') not in ('merged', 'split', 'withdrawn')
    and not exists (
        select 1
        from spell
        where (spell.child_id, spell.tier, spell.county_code, spell.stay)
            = (stood.child_id, stood.tier, stood.county_code, stood.stay)
    );
