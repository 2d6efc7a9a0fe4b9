-- The standing word on each pair: the newest, unless it is UNSURE. A corrected row takes over what was said of the row
-- it corrects. Reads: identity.judgement, conformed.source_record.
select
    coalesce(left_heir.source_record_id, newest.left_record_id) as left_record_id,
    coalesce(right_heir.source_record_id, newest.right_record_id) as right_record_id,
    newest.verdict
from (
    select
        left_record_id,
        right_record_id,
        verdict,
        row_number() over (partition by left_record_id, right_record_id order by judgement_id desc) as place
    from identity.judgement
) as newest
left join lateral (
    select heir.source_record_id
    from conformed.source_record as judged
    join conformed.source_record as heir using (feed, county_code, record_key, as_of_date)
    where judged.source_record_id = newest.left_record_id
        and judged.status <> 'in_force'
        and heir.status = 'in_force'
) as left_heir on true
left join lateral (
    select heir.source_record_id
    from conformed.source_record as judged
    join conformed.source_record as heir using (feed, county_code, record_key, as_of_date)
    where judged.source_record_id = newest.right_record_id
        and judged.status <> 'in_force'
        and heir.status = 'in_force'
) as right_heir on true
where newest.place = 1
    and newest.verdict <> 'UNSURE';
