-- Records that are not there any more. Reads: seen, arriving, label.
select label.record_id
from seen
anti join arriving using (rid)
join label using (rid);
