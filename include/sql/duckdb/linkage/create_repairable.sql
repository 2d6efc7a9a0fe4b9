-- Damaged identity numbers and what one slip may have made them from. A damaged record is a unit of its own.
create table if not exists repairable (rid bigint, candidate bigint);
