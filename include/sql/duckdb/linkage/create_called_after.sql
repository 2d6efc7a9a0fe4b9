-- Whether a newborn's name is only its guardian's: 李艳子 or 李艳女 of 李艳, and of a longer name the first part (阿依古丽 of
-- 阿依古丽·买买提), which is the guardian's own, as a child's own comes before its father's.
create or replace macro called_after(name, guardian) as name[1] = guardian[1] and (
    name in (guardian || '子', guardian || '女')
    or length(guardian) > 5 and length(name) > 1 and regexp_matches(guardian[length(trim(name)) + 1], '[·•‧∙⋅．.・●\s-]')
    and starts_with(guardian, trim(name))
);
