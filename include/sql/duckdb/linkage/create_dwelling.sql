-- An address in parts: up to three last characters of the village or estate, whoever it belongs to, and up to four numbers
-- of building, unit and door, without the words that stand between them. What one clerk writes and another leaves out is
-- not told: everything down to the township or the number on the street, and the group within the village.
create or replace macro dwelling(value) as regexp_extract(
    regexp_replace(
        regexp_replace(
            case when regexp_matches(value, '[０-９－ 　]') then translate(value, '０１２３４５６７８９－ 　', '0123456789-') else value end,
            '(?:村|村?(?:村民委员会|村委会|委会|行政村|自然村))?第?(?:[0-9]+|[一二三四五六七八九十]+)(?:村民小组|小组|组|生产队|队)|村(?:村民委员会|村委会|委会|行政村)',
            '村'
        ),
        '^.*(?:街道办事处|街道办|办事处|街道|[镇乡办县市区]|[路街巷道][0-9]+号)([^0-9]{2,})', '\1'
    ),
    '([^0-9]{2,3})(?:([0-9]+)[^0-9]*(?:([0-9]+)[^0-9]*(?:([0-9]+)[^0-9]*(?:([0-9]+)[^0-9]*)?)?)?)?$',
    ['village', 'first', 'second', 'third', 'fourth']
);
