-- Whether a newborn's name is only its guardian's: 李艳子 or 李艳女 of 李艳, and of a name in parts the first (阿依古丽 of
-- 阿依古丽·买买提), which is the guardian's own, as a child's own comes before its father's.
create or replace macro called_after(name, guardian) as case when name[1] = guardian[1] then
    name in (guardian || '子', guardian || '女')
    or regexp_matches(guardian, '.[·•‧∙⋅．・●].') and (
        starts_with(guardian, trim(name)) and length(name) > 1
        and regexp_matches(guardian[length(trim(name)) + 1], '[·•‧∙⋅．・●]')
        and not regexp_matches(guardian, '(?:妈妈|母亲|爸爸|父亲|爷爷|奶奶|外公|外婆|姥姥|姥爷|家长|监护人)$')
        or regexp_full_match(name, '.*[子女]')
        and regexp_replace(name, '[·•‧∙⋅．・●]', '', 'g')[:-2] = regexp_replace(guardian, '[·•‧∙⋅．・●]', '', 'g')
    )
end;
