-- Events the folders still owe, taken before the lists are read: the lists say all of them, or more. Reads: followup.outbox.
create temporary table announced on commit drop as
select event_id
from followup.outbox
where destination = 'folders'
    and state = 'pending';
