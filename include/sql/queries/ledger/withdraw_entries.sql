-- Entries opened on a withdrawn file that nothing else supports: the child was never in that ledger. An entry whose child
-- other records place there, registered elsewhere, keeps its history. Reads: qualifying, conformed.source_record,
-- ledger.fact. Writes: ledger.entry.
with doubtful as (
    select
        entry.entry_id,
        entry.county_code,
        entry.tier,
        coalesce(child.merged_into, child.child_id) as child_id,
        coalesce(entry.left_date, CAST(:as_of AS date)) as until_date
    from ledger.entry as entry
    join identity.child as child using (child_id)
    where entry.left_reason is distinct from 'withdrawn'
        and exists (
            select 1
            from conformed.source_record as record
            where record.source_record_id = any(entry.entered_basis)
                and record.status = 'withdrawn'
        )
        and not exists (
            select 1
            from qualifying
            where entry.left_date is null
                and (qualifying.child_id, qualifying.county_code, qualifying.tier)
                    = (entry.child_id, entry.county_code, entry.tier)
        )
),
unsupported as (
    select doubtful.entry_id
    from doubtful
    left join ledger.fact as fact on fact.child_id = doubtful.child_id and fact.as_of_date <= doubtful.until_date
    group by doubtful.entry_id, doubtful.tier
    having not (
        coalesce(bool_or(fact.kind = 'residence_code' and fact.value = doubtful.county_code), false)
        and coalesce(bool_or(fact.kind = 'hukou_code' and fact.value <> doubtful.county_code), false)
        and (doubtful.tier = 'candidate' or coalesce(bool_or(fact.kind = 'residence_since'), false))
    )
)
update ledger.entry as entry
set left_date = coalesce(entry.left_date, CAST(:as_of AS date)), left_reason = 'withdrawn'
from unsupported
where entry.entry_id = unsupported.entry_id;
