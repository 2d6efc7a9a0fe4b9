-- Stays of a child in one tier, or in two counties' ledgers, never overlap: a child is counted once on any day. Of touched
-- children: those of others stand as they stood.
with stay as (
    select child_id, 'ledger' as tier, entered_date, left_date, left_reason
    from touched
    join ledger.entry using (child_id)
    union all
    select child_id, tier, entered_date, left_date, left_reason
    from touched
    join ledger.standing using (child_id)
),
following as (
    select
        child_id,
        left_date,
        lead(entered_date) over (partition by child_id, tier order by entered_date, left_date nulls last) as next_date
    from stay
    where coalesce(left_reason, '') not in ('merged', 'split', 'withdrawn')
)
select child_id
from following
where next_date < coalesce(left_date, 'infinity');
