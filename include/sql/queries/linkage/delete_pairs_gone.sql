-- Pairs that are no longer in doubt. Reads: doubtful. Writes: identity.pair.
delete from identity.pair as pair
where not exists (
    select 1
    from doubtful
    where doubtful.left_record_id = pair.left_record_id
        and doubtful.right_record_id = pair.right_record_id
);
