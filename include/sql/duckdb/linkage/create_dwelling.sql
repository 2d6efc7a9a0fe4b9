-- An address in parts: the village or estate, whoever it belongs to, and up to four numbers of building, unit and door,
-- without the words that stand between them. What one clerk writes and another leaves out is not told: everything down to
-- the township, the community an estate or street lies in, that a house is let and by whom, the number on the street where
-- an estate's own name follows, the group within the village, the word that says that it is a village or an estate, and a
-- printed 号 nobody filled in. An address that is no name and then numbers has no parts.
create or replace macro dwelling(value) as regexp_extract(
    regexp_replace(
        regexp_replace(
            in_digits(inmost(unlet(value))),
            '(?:村民?委员?会|行政村|自然村|村)*第?(?:[0-9]+|[一二三四五六七八九十]+)(?:村民小组|村民组|小组|组|生产队|队)([^团]|$)'
            || '|村?(?:村民?委员?会|行政村|自然村)',
            '村\1'
        ),
        '^.*(?:(?:街道办事处|办事处|街道办|街道|[镇乡])([^0-9]{2,})|(?:[县市]|[^小社]区)([^0-9]{3,})'
        || '|(?:[路街巷道][0-9]+号|办)((?:[^0-9院楼公宿门商家内附东西南北号]|[东西南北][^0-9区院门头街侧边楼])[^0-9]+))',
        '\1\2\3'
    ),
    '^[^0-9]*?([^0-9]{2,10}?)(?:村|小区)?号?(?:([0-9]+)[^0-9]*(?:([0-9]+)[^0-9]*(?:([0-9]+)[^0-9]*(?:([0-9]+)[^0-9]*)?)?)?)?$',
    ['village', 'first', 'second', 'third', 'fourth']
);
