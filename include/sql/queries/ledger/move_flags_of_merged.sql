-- Flags of a child number that turned out to be another go with it, unless the other already has the same one.
-- Writes: ledger.flag.
update ledger.flag as flag
set child_id = child.merged_into
from identity.child as child
where child.child_id = flag.child_id
    and child.merged_into is not null
    and not exists (
        select 1
        from ledger.flag as twin
        where twin.child_id = child.merged_into
            and twin.flag_code = flag.flag_code
            and twin.evidence_fingerprint = flag.evidence_fingerprint
    );
