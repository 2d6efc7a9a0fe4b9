-- An address whose numbers are in digits: full width made half, and Chinese numerals turned where they count buildings,
-- units and doors (十二号楼 is 12号楼); those of names (八里庄) and of groups stay.
create or replace macro in_digits(value) as case
    when regexp_matches(value, '[０-９－ 　]|[一二三四五六七八九十][号栋幢座楼单层室户]') then list_reduce(
        [
            ['([一二三四五六七八九])十([号栋幢座楼单层室户])', '\10\2'],
            ['([一二三四五六七八九])十([一二三四五六七八九][号栋幢座楼单层室户])', '\1\2'],
            ['十([一二三四五六七八九][号栋幢座楼单层室户])', '1\1'], ['十([号栋幢座楼单层室户])', '10\1'],
            ['一([0-9一二三四五六七八九]*[号栋幢座楼单层室户])', '1\1'],
            ['二([0-9一二三四五六七八九]*[号栋幢座楼单层室户])', '2\1'],
            ['三([0-9一二三四五六七八九]*[号栋幢座楼单层室户])', '3\1'],
            ['四([0-9一二三四五六七八九]*[号栋幢座楼单层室户])', '4\1'],
            ['五([0-9一二三四五六七八九]*[号栋幢座楼单层室户])', '5\1'],
            ['六([0-9一二三四五六七八九]*[号栋幢座楼单层室户])', '6\1'],
            ['七([0-9一二三四五六七八九]*[号栋幢座楼单层室户])', '7\1'],
            ['八([0-9一二三四五六七八九]*[号栋幢座楼单层室户])', '8\1'],
            ['九([0-9一二三四五六七八九]*[号栋幢座楼单层室户])', '9\1']
        ],
        lambda done, step: [regexp_replace(done[1], step[1], step[2], 'g')],
        [translate(value, '０１２３４５６７８９－ 　', '0123456789-')]
    )[1]
    else value
end;
