-- A word of people holds for the rows its senders know by the keys of the two records (feed, county, key), of whatever day:
-- the next snapshot has new rows about the same two children.
drop view identity.standing_word;
drop view identity.word;

create view identity.word with (security_invoker = true) as
with named as (
    select
        judgement.*,
        one.feed as left_feed, one.county_code as left_county, one.record_key as left_key, one.as_of_date as left_date,
        other.feed as right_feed, other.county_code as right_county, other.record_key as right_key,
        other.as_of_date as right_date,
        coalesce(
            (one.feed, one.county_code, one.record_key) = (other.feed, other.county_code, other.record_key), false
        ) as is_dated
    from identity.judgement as judgement
    left join conformed.source_record as one on one.source_record_id = judgement.left_record_id
    left join conformed.source_record as other on other.source_record_id = judgement.right_record_id
),
side as (
    select
        named.judgement_id,
        place,
        record_id,
        case
            when feed is null then array[record_id::text]
            when named.is_dated then array[feed, county_code, record_key, as_of_date::text]
            else array[feed, county_code, record_key]
        end as sender,
        array(
            select record.source_record_id
            from conformed.source_record as record
            where (record.feed, record.county_code, record.record_key) = (side.feed, side.county_code, side.record_key)
                and (not named.is_dated or record.as_of_date = side.as_of_date)
                and record.status = 'in_force'
            order by
                record.source_record_id = side.record_id desc, record.as_of_date = side.as_of_date desc,
                record.as_of_date desc, record.source_record_id desc
        ) as rows,
        array(
            select distinct member.child_id
            from conformed.source_record as record
            join identity.member using (source_record_id)
            where (record.feed, record.county_code, record.record_key) = (side.feed, side.county_code, side.record_key)
                and (not named.is_dated or record.as_of_date = side.as_of_date)
        ) as children,
        array(
            select coalesce(once.merged_into, once.child_id)
            from identity.former_member as former
            join identity.child as once using (child_id)
            where former.source_record_id = side.record_id
        ) as former_children
    from named
    cross join lateral (
        values
        (1, left_record_id, left_feed, left_county, left_key, left_date),
        (2, right_record_id, right_feed, right_county, right_key, right_date)
    ) as side (place, record_id, feed, county_code, record_key, as_of_date)
),
placed as (
    select
        judgement.judgement_id,
        least(one.sender, other.sender) || greatest(one.sender, other.sender) as subject,
        one.rows as left_rows,
        other.rows as right_rows,
        least(coalesce(one.rows[1], one.record_id), coalesce(other.rows[1], other.record_id)) as left_record_id,
        greatest(coalesce(one.rows[1], one.record_id), coalesce(other.rows[1], other.record_id)) as right_record_id,
        judgement.verdict,
        judgement.reviewer,
        judgement.reason,
        judgement.judged_at,
        case when one.children = '{}' then one.former_children else one.children end as left_children,
        case when other.children = '{}' then other.former_children else other.children end as right_children
    from identity.judgement as judgement
    join side as one on one.judgement_id = judgement.judgement_id and one.place = 1
    join side as other on other.judgement_id = judgement.judgement_id and other.place = 2
),
told as (
    select
        placed.*,
        confirmed.officer as confirmed_by,
        confirmed.said_at as confirmed_at,
        undone.officer as undone_by,
        undone.said_at as undone_at,
        agreed.officer as undo_confirmed_by,
        agreed.said_at as undo_confirmed_at,
        exists (
            select 1
            from identity.shielded
            where shielded.child_id = any (placed.left_children || placed.right_children)
        ) as is_shielded,
        placed.left_children && placed.right_children as is_one_child
    from placed
    left join identity.second_word as confirmed
        on confirmed.judgement_id = placed.judgement_id and confirmed.kind = 'confirm'
    left join identity.second_word as undone
        on undone.judgement_id = placed.judgement_id and undone.kind = 'undo'
    left join identity.second_word as agreed
        on agreed.judgement_id = placed.judgement_id and agreed.kind = 'confirm_undo'
)
select
    told.*,
    told.is_shielded
        and told.confirmed_by is null
        and told.undone_by is null
        and case told.verdict
            when 'SAME' then not told.is_one_child
            when 'DIFFERENT' then told.is_one_child
            else exists (
                select 1
                from told as earlier
                where earlier.subject = told.subject
                    and earlier.judgement_id < told.judgement_id
                    and earlier.verdict = case when told.is_one_child then 'SAME' else 'DIFFERENT' end
                    and earlier.undone_by is null
            )
        end as is_waiting,
    told.undone_by is not null
        and told.is_shielded
        and told.undo_confirmed_by is null
        and case told.verdict
            when 'SAME' then told.is_one_child
            when 'DIFFERENT' then not told.is_one_child
            else false
        end as is_undo_waiting
from told;
comment on view identity.word is 'Every judgement where it stands today: of which records and children (it holds for every row its senders know by the keys of the two records), what was said of it afterwards, and whether it or its undoing waits for a second account because it would change a shielded child';
comment on column identity.word.judgement_id is 'Running number of the judgement';
comment on column identity.word.subject is 'What the senders call the two: feed, county and key of each; where both have one key, with the day of each row';
comment on column identity.word.left_rows is 'Records in force it speaks of on the one side, the judged one or its heir first';
comment on column identity.word.right_rows is 'Records in force it speaks of on the other side, the judged one or its heir first';
comment on column identity.word.left_record_id is 'First record of the two sides with the lower number, as it stands today';
comment on column identity.word.right_record_id is 'First record of the two sides with the higher number, as it stands today';
comment on column identity.word.verdict is 'SAME, DIFFERENT or UNSURE';
comment on column identity.word.reviewer is 'Account that judged';
comment on column identity.word.reason is 'Why';
comment on column identity.word.judged_at is 'When';
comment on column identity.word.left_children is 'Children of the records on the one side';
comment on column identity.word.right_children is 'Children of the records on the other side';
comment on column identity.word.confirmed_by is 'Second account that said the same';
comment on column identity.word.confirmed_at is 'When';
comment on column identity.word.undone_by is 'Account that took it back';
comment on column identity.word.undone_at is 'When';
comment on column identity.word.undo_confirmed_by is 'Second account that agreed to taking it back';
comment on column identity.word.undo_confirmed_at is 'When';
comment on column identity.word.is_shielded is 'One of the children is shielded';
comment on column identity.word.is_one_child is 'Records of both sides are of one child today';
comment on column identity.word.is_waiting is 'It would change a shielded child and waits for a second account';
comment on column identity.word.is_undo_waiting is 'Taking it back would change a shielded child and waits for a second account';

create view identity.standing_word with (security_invoker = true) as
select distinct on (subject)
    judgement_id,
    subject,
    left_rows,
    right_rows,
    verdict,
    reviewer,
    reason,
    judged_at
from identity.word
where not is_waiting
    and (undone_by is null or is_undo_waiting)
    and left_record_id <> right_record_id
order by subject, judgement_id desc;
comment on view identity.standing_word is 'The word that counts on what senders call two: the newest that is neither undone nor waiting';
comment on column identity.standing_word.judgement_id is 'Judgement that counts';
comment on column identity.standing_word.subject is 'What the senders call the two: feed, county and key of each; where both have one key, with the day of each row';
comment on column identity.standing_word.left_rows is 'Records in force it speaks of on the one side';
comment on column identity.standing_word.right_rows is 'Records in force it speaks of on the other side';
comment on column identity.standing_word.verdict is 'SAME, DIFFERENT or UNSURE';
comment on column identity.standing_word.reviewer is 'Account that judged';
comment on column identity.standing_word.reason is 'Why';
comment on column identity.standing_word.judged_at is 'When';
