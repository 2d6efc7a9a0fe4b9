-- Records that are not there any more. Reads: seen, looked, arriving, label.
select label.record_id
from seen
semi join looked using (rid)
anti join arriving using (rid)
join label using (rid);
