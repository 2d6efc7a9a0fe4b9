-- What every matched file did, as counts; told again when they change. A flag is credited to the files that first said
-- what raised it, a closed one to the visit or to the file that first said otherwise, an entry to the last of the files it
-- needed. Reads: intake.receipt, conformed.source_record, identity.*, ledger.*, followup.*. Writes: tickets.effect.
-- Binds: refresh_id.
with file as (
    select receipt_id, received_at, superseded_by, withdrawn_at
    from intake.receipt
    where state = 'settled'
        and verdict in ('accepted', 'partial')
        and resolved_at is not null
),
belonging as (
    select
        record.receipt_id,
        record.source_record_id,
        member.child_id,
        child.created_at < file.received_at
            or min(record.receipt_id) over (partition by member.child_id) < record.receipt_id as was_known
    from identity.member as member
    join conformed.source_record as record using (source_record_id)
    join identity.child as child using (child_id)
    join file using (receipt_id)
),
rows as (
    select
        record.receipt_id,
        count(*) filter (where record.status = 'in_force') as rows_in_force,
        count(*) filter (where record.status <> 'in_force') as rows_set_aside,
        count(*) filter (where belonging.was_known) as rows_of_known_children,
        count(*) filter (where not belonging.was_known) as rows_of_new_children,
        count(distinct belonging.child_id) filter (where not belonging.was_known) as new_children,
        count(*) filter (
            where record.status = 'in_force'
                and record.facts ? 'visit_outcome'
                and not exists (select 1 from followup.visit as visit where visit.source_record_id = record.source_record_id)
        ) as rows_of_no_item,
        count(*) filter (
            where exists (select 1 from identity.pair where pair.left_record_id = record.source_record_id)
                or exists (select 1 from identity.pair where pair.right_record_id = record.source_record_id)
        ) as rows_in_review
    from conformed.source_record as record
    left join belonging using (source_record_id)
    group by record.receipt_id
),
said as (
    select
        source_record_id,
        kind,
        child_id,
        value,
        as_of_date,
        min(source_record_id) over (partition by child_id, kind, value) as first_record_id
    from ledger.fact
),
piece as (
    select
        flag.flag_id,
        flag.child_id,
        flag.status,
        told ->> 'kind' as kind,
        CAST(told ->> 'source_record_id' AS bigint) as source_record_id
    from ledger.flag as flag
    cross join lateral jsonb_array_elements(flag.evidence) as told
),
opened_flag as (
    select distinct piece.flag_id, coalesce(said.first_record_id, piece.source_record_id) / 10000000 as receipt_id
    from piece
    left join said using (source_record_id, kind)
),
says_now as (
    select distinct on (child_id, kind) child_id, kind, value, first_record_id
    from said
    order by child_id, kind, as_of_date desc, source_record_id desc
),
closed_flag as (
    select flag.flag_id, visit.source_record_id / 10000000 as receipt_id
    from ledger.flag as flag
    join followup.item as item using (flag_id)
    join followup.visit as visit using (item_id)
    where flag.status in ('confirmed', 'dismissed')
        and visit.visited_date = flag.ended_date
        and flag.verdict in (visit.verdict, visit.other_verdict)
    union
    select piece.flag_id, says_now.first_record_id / 10000000
    from piece
    join said using (source_record_id, kind)
    join says_now on says_now.child_id = piece.child_id and says_now.kind = piece.kind and says_now.value <> said.value
    where piece.status = 'lapsed'
    union
    select piece.flag_id, origin.superseded_by
    from piece
    join file as origin on origin.receipt_id = piece.source_record_id / 10000000
    where piece.status = 'lapsed'
        and origin.superseded_by is not null
        and not exists (
            select 1
            from said
            where (said.source_record_id, said.kind) = (piece.source_record_id, piece.kind)
        )
),
opened_entry as (
    select
        entry.entry_id,
        greatest(
            min(said.first_record_id) filter (where said.kind = 'residence_code' and said.value = entry.county_code),
            min(said.first_record_id) filter (where said.kind = 'hukou_code'),
            min(said.first_record_id) filter (where said.kind = 'residence_since')
        ) / 10000000 as receipt_id
    from ledger.entry as entry
    join said using (child_id)
    where entry.tier = 'monitored'
    group by entry.entry_id
),
closed_entry as (
    select entry.entry_id, max(says_now.first_record_id) / 10000000 as receipt_id
    from ledger.entry as entry
    join says_now using (child_id)
    where entry.tier = 'monitored'
        and entry.left_reason in ('moved', 'returned', 'cancelled')
        and says_now.kind in ('residence_code', 'hukou_code', 'cancel_reason')
    group by entry.entry_id
),
did as materialized ( -- once, not once for each file
    select receipt_id, 'flags_opened' as deed, count(*) as times
    from opened_flag
    group by receipt_id
    union all
    select receipt_id, 'flags_closed', count(*)
    from closed_flag
    group by receipt_id
    union all
    select opened_flag.receipt_id, 'items_queued', count(*)
    from opened_flag
    join followup.item using (flag_id)
    group by opened_flag.receipt_id
    union all
    select receipt_id, 'entries_opened', count(*)
    from opened_entry
    group by receipt_id
    union all
    select closed_entry.receipt_id, 'entries_closed', count(*)
    from closed_entry
    left join opened_entry using (entry_id)
    where closed_entry.receipt_id is distinct from opened_entry.receipt_id
    group by closed_entry.receipt_id
),
effect as (
    select
        file.receipt_id,
        jsonb_build_object(
            'rows_in_force', coalesce(rows.rows_in_force, 0),
            'rows_set_aside', coalesce(rows.rows_set_aside, 0),
            'rows_of_known_children', coalesce(rows.rows_of_known_children, 0),
            'rows_of_new_children', coalesce(rows.rows_of_new_children, 0),
            'new_children', coalesce(rows.new_children, 0),
            'rows_in_review', coalesce(rows.rows_in_review, 0),
            'rows_of_no_item', coalesce(rows.rows_of_no_item, 0),
            'superseded_by', file.superseded_by,
            'is_withdrawn', file.withdrawn_at is not null
        ) || (
            select jsonb_object_agg(deed.name, case when file.withdrawn_at is null then coalesce(did.times, 0) else 0 end)
            from unnest(array['flags_opened', 'flags_closed', 'items_queued', 'entries_opened', 'entries_closed'])
                as deed (name)
            left join did on did.receipt_id = file.receipt_id and did.deed = deed.name
        ) as counts
    from file
    left join rows using (receipt_id)
)
insert into tickets.effect (receipt_id, refresh_id, counts)
select receipt_id, :refresh_id, counts
from effect
on conflict (receipt_id) do update set
    refresh_id = excluded.refresh_id,
    counts = excluded.counts,
    told_at = null
where effect.counts <> excluded.counts;
