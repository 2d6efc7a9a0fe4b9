-- Referrals nobody answered yet that opened by themselves on a flag that does not hold: its file was withdrawn, its row corrected,
-- or a newer statement says otherwise. That the evidence grew old, or the child sixteen, before anybody answered takes none back,
-- nor that of a visit that found it, of two answers to one visit either. Reads: followup.item, ledger.flag, ledger.outlived,
-- followup.visit, followup.conflict, conformed.source_record. Writes: followup.referral.  Binds: rules (kind, visits with their situations).
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
        from (
            select outcome, verdict, other_verdict
            from followup.visit
            where item_id = item.item_id
            union all
            select record.facts ->> 'visit_outcome', record.facts ->> 'verdict', record.facts ->> 'other_verdict'
            from followup.conflict as conflict
            join conformed.source_record as record
                on record.source_record_id in (conflict.standing_record_id, conflict.other_record_id)
            where conflict.item_id = item.item_id
                and conflict.settled_at is null
        ) as said
        where referral.situation in (
            rule.visits ->> said.outcome, rule.visits ->> said.verdict, rule.visits ->> said.other_verdict
        )
    );
