-- What a perfect reviewer says of each pair of the queue, and which clusters it would join; strangers have none.
select
    ln.number as left_number,
    rn.number as right_number,
    coalesce(lt.child_id = rt.child_id, false) as is_same
from review
left join truth as lt on review.left_record_id = lt.record_id
left join truth as rt on review.right_record_id = rt.record_id
left join clusters as lc on review.left_record_id = lc.record_id
left join clusters as rc on review.right_record_id = rc.record_id
left join numbers as ln on lc.child_id = ln.cluster
left join numbers as rn on rc.child_id = rn.cluster;
