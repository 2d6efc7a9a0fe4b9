-- One reading of which items grew old, for the alarm that counts them and the list that names them.
create view followup.grown_old as
select item.item_id
from ledger.outlived
join followup.item as item using (flag_id)
where item.severity = 'urgent'
    and not exists (
        select 1
        from followup.visit as visit
        where visit.item_id = item.item_id
            and visit.outcome = 'reached'
    );
comment on view followup.grown_old is 'Urgent items whose evidence grew old before anybody met the child: neither answered nor solved';
comment on column followup.grown_old.item_id is 'Item';
