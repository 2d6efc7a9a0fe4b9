-- An address from the estate or street within a community on (东方明珠3号楼 of 文化社区东方明珠3号楼, but not a part of the
-- community itself, 东区3号楼), or from a village of two characters behind its county.
create or replace macro inmost(value) as case
    when contains(value, '社区') then regexp_replace(
        value,
        '^.*社区((?:[^0-9A-Za-z东西南北中一二三四五六七八九十居委卫服警党（(]'
        || '|[东西南北中一二三四五六七八九十][^0-9区期院门头街侧边楼号组单])[^0-9])',
        '\1'
    )
    when regexp_matches(value, '[县市区][^0-9区路街]{2}(?:[0-9]|$)') then regexp_replace(
        value,
        '^.*(?:[县市]|[^小社园校厂矿院景属东西南北中A-Za-z0-9一二三四五六七八九十]区)([^0-9区路街]{2}(?:[0-9]|$))',
        '\1'
    )
    else value
end;
