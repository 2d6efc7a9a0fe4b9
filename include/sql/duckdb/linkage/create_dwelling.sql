-- An address in parts: the last three characters of the village, estate or road, whoever it belongs to, and up to four
-- numbers of building, unit and door, without the words that stand between them.
create or replace macro dwelling(value) as regexp_extract(
    value, '([^0-9]{3})(?:([0-9]+)[^0-9]*(?:([0-9]+)[^0-9]*(?:([0-9]+)[^0-9]*(?:([0-9]+)[^0-9]*)?)?)?)?$',
    ['village', 'first', 'second', 'third', 'fourth']
);
