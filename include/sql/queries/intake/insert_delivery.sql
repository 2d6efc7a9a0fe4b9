-- One more time these bytes were dropped. Writes: intake.delivery.
insert into intake.delivery (receipt_id, file_name, is_duplicate)
values (:receipt_id, :file_name, :is_duplicate);
