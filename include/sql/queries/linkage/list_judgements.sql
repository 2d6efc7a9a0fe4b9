-- The standing word on each pair: the newest, unless it is UNSURE. Reads: identity.judgement.
select left_record_id, right_record_id, verdict
from (
    select
        left_record_id,
        right_record_id,
        verdict,
        row_number() over (partition by left_record_id, right_record_id order by judgement_id desc) as place
    from identity.judgement
) as newest
where place = 1
    and verdict <> 'UNSURE';
