-- The digits of a phone as typed, half width, without the decimals a spreadsheet puts behind a number.
create or replace macro digits_of(value) as
    regexp_replace(translate(regexp_replace(value, '\.0+$', ''), '０１２３４５６７８９', '0123456789'), '[^0-9]', '', 'g');
