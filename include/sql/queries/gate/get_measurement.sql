-- What a file would do, where it was measured beside others by the rules and for the day that count.
-- Reads: intake.measurement.  Returns: effect.
select effect
from intake.measurement
where receipt_id = :receipt_id
    and rules_sha256 = :rules_sha256
    and measured_on = CAST(:measured_on AS date);
