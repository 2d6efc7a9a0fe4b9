-- Sex as offices code it (GB/T 2261.1 and words): 1 male, 2 female, null unknown.
create or replace macro sex_of(value) as case upper(trim(value))
    when '1' then 1 when '男' then 1 when 'M' then 1 when '男性' then 1 when 'MALE' then 1
    when '2' then 2 when '女' then 2 when 'F' then 2 when '女性' then 2 when 'FEMALE' then 2
end::tinyint;
