-- A file is decided; what it was measured at is in the decision. Writes: intake.measurement.
delete from intake.measurement
where receipt_id = :receipt_id;
