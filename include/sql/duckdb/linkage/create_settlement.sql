-- The name of the village or estate of a dwelling; null where it is no name but a word that many places go by.
create or replace macro settlement(dwelling) as case when not regexp_full_match(
    dwelling.village,
    '|[社小矿园]区|.?[村居委]*委?员?会|街[道村]?|新村|.?家属[院楼区]|(?:公租|廉租|安置|经适|保障)[房楼]?|[东西南北中前后][头街院门]'
    || '|中心[街路]|学生宿舍|宿舍楼?|.*[镇乡]村?|.*[号栋幢单元层室]'
) then dwelling.village end;
