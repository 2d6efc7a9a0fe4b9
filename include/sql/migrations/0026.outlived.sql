-- A flag that lapsed because its evidence grew old or the child left the ledger was never answered: whoever must not forget it
-- reads it here, unless a newer flag of its rule asks on.
create view ledger.outlived as
select flag.flag_id
from ledger.flag as flag
where flag.status = 'lapsed'
    and not exists (
        select 1
        from ledger.flag as next
        where next.child_id = flag.child_id
            and next.flag_code = flag.flag_code
            and next.flag_id > flag.flag_id
            and next.status <> 'withdrawn'
    )
    and not exists (
        select 1
        from jsonb_to_recordset(flag.evidence) as piece (kind text, source_record_id bigint)
        left join ledger.fact as fact
            on fact.child_id = flag.child_id and fact.source_record_id = piece.source_record_id and fact.kind = piece.kind
        where fact.source_record_id is null
            or exists (
                select 1
                from ledger.fact as newer
                where newer.child_id = fact.child_id
                    and newer.kind = fact.kind
                    and newer.as_of_date > fact.as_of_date
                    and newer.value <> fact.value
            )
    );
comment on view ledger.outlived is 'Flags that lapsed although nothing said since contradicts their evidence and no newer flag asks on: neither answered nor solved';
comment on column ledger.outlived.flag_id is 'Flag';
