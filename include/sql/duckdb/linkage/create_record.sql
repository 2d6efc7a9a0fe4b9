-- Standardised records; every value but dates, codes and damaged identity numbers is a key. `stated_id` is the child's
-- number as written, `dated` says that the birth date is not only that of the number, `id_number` the same unless it stands for nobody; `natural` is the unit the record would have if
-- nobody had told two records of it apart; `voice` is its feed, or the record itself where none is told.
create table if not exists record (
    rid bigint, "natural" bigint, unit bigint, voice bigint, name bigint, pinyin bigint, surname bigint, shared boolean,
    birth integer, dated boolean, sex tinyint, stated_id bigint, id_number bigint, agrees boolean, damaged_id varchar,
    county integer, hukou integer, village bigint, address bigint, guardian_name bigint, guardian_pinyin bigint, parent bigint, guardian_id bigint,
    phone bigint, school_roll bigint, roll_system varchar, birth_certificate bigint, vaccination bigint,
    disability_certificate bigint, health_record bigint, insurance bigint
);
