-- Sex as offices code it (GB/T 2261.1 and words): 1 male, 2 female, null unknown.
create or replace macro sex_of(value) as case
    when ltrim(value, ' ''')[1] in ('1', '男', 'M', 'm') then 1
    when ltrim(value, ' ''')[1] in ('2', '女', 'F', 'f') then 2
end::tinyint;
