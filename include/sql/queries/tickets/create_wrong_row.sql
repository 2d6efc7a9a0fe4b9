-- Rows the evidence of today speaks against. A visit speaks about what was known when its list was delivered, where it
-- is still said; of several values, about the least supported. A comparison speaks only against a value nobody else
-- supports. Reads: newest_row, followup.visit, followup.item, identity.child, conformed.source_record, intake.receipt.
-- Binds: rules, compared_columns, compared_feeds.
create temporary table wrong_row on commit drop as
with rule as (
    select code, feed, column_name, asks, is_settled_by_absence, right_values, is_of_here
    from jsonb_to_recordset(CAST(:rules AS jsonb)) as told (
        code text, feed text, column_name text, asks text, is_settled_by_absence boolean, right_values jsonb, is_of_here boolean
    )
),
visited as (
    select
        visit.item_id,
        visit.visited_date,
        record.county_code,
        found.code,
        coalesce(child.merged_into, child.child_id) as child_id,
        coalesce(item.delivered_at, receipt.received_at) as known_at
    from followup.visit as visit
    join followup.item as item using (item_id)
    join identity.child as child on child.child_id = item.child_id
    join conformed.source_record as record on record.source_record_id = visit.source_record_id
    join intake.receipt as receipt using (receipt_id)
    cross join lateral (values (visit.verdict), (visit.other_verdict)) as found (code)
),
accused as (
    select
        visited.item_id,
        visited.visited_date,
        rule.code,
        rule.column_name,
        rule.asks,
        rule.is_settled_by_absence,
        newest.feed,
        newest.county_code,
        newest.record_key,
        newest.source_record_id,
        newest.receipt_id,
        known.stated_value
    from visited
    join rule using (code)
    join newest_row as newest on newest.child_id = visited.child_id and newest.feed = rule.feed and newest.is_still_said
    join conformed.source_record as record on record.source_record_id = newest.source_record_id
    cross join lateral (
        select tickets.value_of(earlier, rule.column_name) as stated_value
        from conformed.source_record as earlier
        join intake.receipt as file using (receipt_id)
        where earlier.feed = newest.feed
            and earlier.county_code = newest.county_code
            and earlier.record_key = newest.record_key
            and earlier.status <> 'withdrawn'
            and file.received_at <= visited.known_at
        order by
            earlier.as_of_date desc,
            file.as_of_date desc,
            file.revision desc,
            file.supplement desc,
            file.receipt_id desc
        limit 1
    ) as known
    where known.stated_value = tickets.value_of(record, rule.column_name)
        and (rule.asks = 'remove') = (known.stated_value = '')
        and not rule.right_values ? known.stated_value
        and (not rule.is_of_here or newest.county_code = visited.county_code)
),
backing as (
    select
        item_id,
        visited_date,
        code,
        stated_value,
        count(distinct split_part(feed, '.', 1)) as departments,
        min(count(distinct split_part(feed, '.', 1))) over (partition by item_id, visited_date, code) as fewest
    from accused
    group by item_id, visited_date, code, stated_value
),
differing as (
    select newest.child_id, case when count(distinct record.id_number) = 1 then min(record.id_number) end as id_number
    from newest_row as newest
    join conformed.source_record as record using (source_record_id)
    where newest.is_still_said
        and CAST(:compared_feeds AS jsonb) ? newest.feed
    group by newest.child_id
    having count(distinct record.name) > 1
        or count(distinct record.birth_date) > 1
        or count(distinct record.sex) > 1
        or count(distinct record.id_number) > 1
),
told as (
    select
        newest.child_id,
        newest.feed,
        newest.county_code,
        newest.record_key,
        newest.source_record_id,
        newest.receipt_id,
        compared.column_name,
        tickets.value_of(record, compared.column_name) as stated_value,
        regexp_replace(tickets.value_of(record, compared.column_name), '[\s·•・.．]', '', 'g') as folded,
        case compared.column_name
            when 'birth_date' then to_char(record.birth_date, 'YYYYMMDD') = substr(differing.id_number, 7, 8)
            when 'sex' then (record.sex = '1') = (substr(differing.id_number, 17, 1) in ('1', '3', '5', '7', '9'))
            else false
        end as is_in_id_number
    from differing
    join newest_row as newest on newest.child_id = differing.child_id and newest.is_still_said
    join conformed.source_record as record using (source_record_id)
    cross join jsonb_array_elements_text(CAST(:compared_columns AS jsonb)) as compared (column_name)
    where CAST(:compared_feeds AS jsonb) ? newest.feed
),
support as (
    select
        child_id,
        column_name,
        folded,
        count(distinct split_part(feed, '.', 1)) + CAST(coalesce(bool_or(is_in_id_number), false) AS integer) as voices
    from told
    where folded <> ''
    group by child_id, column_name, folded
),
outvoted as (
    select child_id, column_name, folded
    from (
        select child_id, column_name, folded, voices, max(voices) over (partition by child_id, column_name) as most
        from support
    ) as ranked
    where voices = 1
        and most > 1
)
select
    accused.feed,
    accused.county_code,
    accused.record_key,
    accused.column_name,
    accused.code,
    accused.item_id,
    accused.visited_date,
    accused.asks,
    accused.is_settled_by_absence,
    accused.stated_value,
    accused.source_record_id,
    accused.receipt_id
from accused
join backing using (item_id, visited_date, code, stated_value)
where backing.departments = backing.fewest
union all
select
    told.feed,
    told.county_code,
    told.record_key,
    told.column_name,
    'departments_differ',
    CAST(null AS bigint),
    CAST(null AS date),
    'correct',
    false,
    told.stated_value,
    told.source_record_id,
    told.receipt_id
from told
join outvoted using (child_id, column_name, folded);
