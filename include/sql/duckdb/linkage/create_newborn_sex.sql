-- The sex of a newborn as the word says that stands for its name: 王芳之女, 李艳儿子, 男婴.
create or replace macro newborn_sex(name) as case
    when regexp_matches(name, '(?:女|女儿|女婴|女孩)[0-9A-Za-z一二三四]?$') then 2
    when regexp_matches(name, '(?:子|儿子|男婴|男孩)[0-9A-Za-z一二三四]?$') then 1
end::tinyint;
