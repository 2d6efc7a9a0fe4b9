-- The reconciliation statement: on each line what went in must equal what came out. Reads: all schemas.
-- Binds: as_of.  Returns: line, went_in, came_out, difference.
with receipt as (
    select
        count(*) as receipts,
        count(*) filter (where verdict is null) as unjudged,
        coalesce(sum(physical_line_count) filter (where state = 'settled' and verdict <> 'rejected'), 0) as lines,
        coalesce(sum(header_line_count + blank_line_count) filter (where state = 'settled' and verdict <> 'rejected'), 0)
            as other_lines,
        coalesce(sum(accepted_count) filter (where state = 'settled' and verdict <> 'rejected'), 0) as accepted,
        coalesce(sum(rejected_count) filter (where state = 'settled' and verdict <> 'rejected'), 0) as rejected
    from intake.receipt
),
child as (
    select count(*) as record_count
    from identity.member
    group by child_id
),
belonging as materialized (
    select count(*) as children, coalesce(sum(record_count), 0) as records
    from child
),
standing as (
    select
        (select count(*) from conformed.source_record where status = 'in_force') as in_force,
        belonging.records - (
            select count(*)
            from conformed.source_record as record
            join identity.member as member using (source_record_id)
            where record.status <> 'in_force'
        ) as belonging
    from belonging
),
waiting as (
    select count(*) as awaiting
    from intake.receipt as receipt
    join conformed.source_record as record using (receipt_id)
    left join identity.member as member using (source_record_id)
    where receipt.resolved_at is null
        and record.status = 'in_force'
        and member.source_record_id is null
),
future as (
    select distinct member.child_id
    from conformed.source_record as record
    join identity.member as member using (source_record_id)
    where record.as_of_date > CAST(:as_of AS date)
),
statement (line, went_in, came_out) as (
    select 'deliveries = receipts + repeated deliveries',
        (select count(*) from intake.delivery),
        receipt.receipts + (select count(*) from intake.delivery where is_duplicate)
    from receipt
    union all
    select 'lines = headers and blanks + accepted + rejected', lines, other_lines + accepted + rejected
    from receipt
    union all
    select 'accepted rows = records in force + superseded + withdrawn', receipt.accepted,
        standing.in_force + (select count(*) from conformed.source_record where status <> 'in_force')
    from receipt, standing
    union all
    select 'records in force = records of exactly one child + awaiting the next resolve', in_force, belonging + awaiting
    from standing, waiting
    union all
    select 'children with records = profiles',
        (select children from belonging) - (
            select count(*)
            from future
            where not exists (
                select 1
                from identity.member as member
                join conformed.source_record as dated using (source_record_id)
                where member.child_id = future.child_id
                    and dated.as_of_date <= CAST(:as_of AS date)
            )
        ),
        (select count(*) from ledger.profile)
    union all
    select 'open flags = open queue items',
        (select count(*) from ledger.flag where status = 'open'),
        (select count(*) from followup.item where state in ('queued', 'delivered'))
    union all
    select 'all flags = all queue items', (select count(*) from ledger.flag), (select count(*) from followup.item)
)
select line, CAST(went_in AS bigint) as went_in, CAST(came_out AS bigint) as came_out, CAST(went_in - came_out AS bigint) as difference
from statement;
