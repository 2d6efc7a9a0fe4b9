-- Referrals nobody answered yet that opened by themselves on a flag that does not hold: its file was withdrawn, its row corrected,
-- or a newer statement says otherwise. That the evidence grew old, or the child sixteen, before anybody answered takes none back,
-- nor that of a visit that found it. Reads: followup.item, ledger.flag, ledger.outlived, followup.visit.
-- Writes: followup.referral.  Binds: rules (kind, visits with their situations).
update followup.referral as referral
set state = 'withdrawn'
from followup.item as item
cross join jsonb_to_recordset(CAST(:rules AS jsonb)) as rule (kind text, visits jsonb)
where item.item_id = referral.item_id
    and rule.kind = referral.kind
    and item.state = 'withdrawn'
    and referral.state = 'open'
    and referral.officer is null
    and not exists (select 1 from ledger.outlived where outlived.flag_id = item.flag_id)
    and not exists (
        select 1
        from followup.visit as visit
        where visit.item_id = item.item_id
            and referral.situation in (
                rule.visits ->> visit.outcome, rule.visits ->> visit.verdict, rule.visits ->> visit.other_verdict
            )
    );
