-- Sex in an identity number kept as its first 17 digits: the last of them is odd for men.
create or replace macro id_sex(number) as case when number % 2 = 1 then 1 else 2 end::tinyint;
