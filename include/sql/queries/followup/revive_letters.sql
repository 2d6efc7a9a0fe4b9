-- Dead letters of a destination are owed again. Writes: followup.outbox.
update followup.outbox
set state = 'pending', refusal_count = 0
where destination = :destination
    and state = 'dead';
