-- An address without the words that say that a home is let or lent (租住张庄, 张庄出租房, 租住于李某家): others leave them out.
create or replace macro unlet(value) as case
    when contains(value, '租') or contains(value, '住') or contains(value, '邨') then regexp_replace(
        replace(value, '邨', '村'),
        '(?:租住|租房|[暂借寄]住)[于在]?[^0-9村组号楼栋]{1,4}家[中里]?$|[（(][^）)]*(?:租|[暂借寄]住)[^）)]*[）)]'
        || '|(?:出租|租赁)[房屋][内处]?$|[（(]?租房[）)]?$|(?:租住|[暂借寄]住)[于在]?',
        '', 'g'
    )
    else value
end;
