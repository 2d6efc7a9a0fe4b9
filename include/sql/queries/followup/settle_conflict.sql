-- An officer's choice between two answers. Writes: followup.conflict.  Binds: conflict_id; choice standing or other; but_columns,
-- of those they differ in, where the one not chosen is right.
update followup.conflict
set
    chosen_record_id = case CAST(:choice AS text) when 'standing' then standing_record_id else other_record_id end,
    but_columns = CAST(:but_columns AS text []),
    reason = :reason,
    officer = :officer,
    settled_at = now()
where conflict_id = :conflict_id
    and settled_at is null
    and CAST(:but_columns AS text []) <@ columns;
