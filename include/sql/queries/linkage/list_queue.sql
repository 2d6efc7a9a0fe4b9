-- The review queue, in the order in which a minute of a person helps most: not yet told UNSURE; marks of harm (a flag or
-- follow-up is open on one side, a side is shielded, a side is under six); weight nearest to where links are made; records
-- behind the pair; longest waiting. Reads: identity.pair, identity.member, identity.standing_word, identity.shielded,
-- ledger.profile, ledger.flag, conformed.source_record, intake.receipt.  Binds: as_of, link_above.
with side as (
    select
        pair.pair_id,
        max(member.child_id) filter (where member.source_record_id = pair.left_record_id) as left_child_id,
        max(member.child_id) filter (where member.source_record_id = pair.right_record_id) as right_child_id,
        bool_or(exists (
            select 1 from ledger.flag where flag.child_id = member.child_id and flag.status = 'open'
        )) as has_open_flag,
        bool_or(exists (
            select 1 from identity.shielded where shielded.child_id = member.child_id
        )) as is_shielded,
        bool_or(exists (
            select 1
            from conformed.source_record as record
            where record.source_record_id = member.source_record_id
                and record.birth_date > CAST(:as_of AS date) - make_interval(years => 6)
        )) as is_under_six
    from identity.pair as pair
    join identity.member as member on member.source_record_id in (pair.left_record_id, pair.right_record_id)
    group by pair.pair_id
),
ranked as (
    select
        side.pair_id,
        side.left_child_id,
        side.right_child_id,
        array_remove(array[
            case when side.has_open_flag then 'open_flag' end,
            case when side.is_shielded then 'shielded' end,
            case when side.is_under_six then 'under_six' end
        ], null) as marks,
        (
            select count(*)
            from identity.member as behind
            where behind.child_id in (side.left_child_id, side.right_child_id)
        ) as records
    from side
),
unsure as (
    select
        max(word.judgement_id) as judgement_id,
        least(one.record_id, other.record_id) as left_record_id,
        greatest(one.record_id, other.record_id) as right_record_id
    from identity.standing_word as word
    cross join lateral unnest(word.left_rows) as one (record_id)
    cross join lateral unnest(word.right_rows) as other (record_id)
    where word.verdict = 'UNSURE'
    group by 2, 3
)
select
    pair.pair_id,
    pair.left_record_id,
    pair.right_record_id,
    pair.reason,
    pair.weight,
    pair.evidence,
    ranked.left_child_id,
    ranked.right_child_id,
    array_to_string(ranked.marks, ',') as marks,
    ranked.records,
    unsure.judgement_id as unsure_judgement_id,
    left_receipt.file_name || ':' || left_record.line_number as left_line,
    right_receipt.file_name || ':' || right_record.line_number as right_line
from identity.pair as pair
join ranked using (pair_id)
join conformed.source_record as left_record on left_record.source_record_id = pair.left_record_id
join intake.receipt as left_receipt on left_receipt.receipt_id = left_record.receipt_id
join conformed.source_record as right_record on right_record.source_record_id = pair.right_record_id
join intake.receipt as right_receipt on right_receipt.receipt_id = right_record.receipt_id
left join unsure
    on (unsure.left_record_id, unsure.right_record_id) = (pair.left_record_id, pair.right_record_id)
order by
    unsure.judgement_id is not null,
    cardinality(ranked.marks) desc,
    abs(pair.weight - CAST(:link_above AS double precision)) nulls last,
    ranked.records desc,
    pair.found_at,
    pair.left_record_id,
    pair.right_record_id
limit :most;
