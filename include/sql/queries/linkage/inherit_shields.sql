-- Children that records of a shielded child came to in this run: by a merge, a split or a move, or because a row took the
-- place of one of its rows (same feed, county and key). Reads: identity.shielded, identity.event, identity.member,
-- identity.former_member, conformed.source_record. Writes: identity.shield.
with known as (
    select member.source_record_id, member.child_id
    from identity.member as member
    join identity.shielded using (child_id)
    union
    select former.source_record_id, former.child_id
    from identity.former_member as former
    join identity.shielded using (child_id)
),
heir as (
    select child_id as from_child_id, other_child_id as child_id
    from identity.event
    where run_id = :run_id
        and other_child_id is not null
        and kind = 'merge'
    union
    select other_child_id, child_id
    from identity.event
    where run_id = :run_id
        and other_child_id is not null
        and kind in ('split', 'move')
    union
    select known.child_id, member.child_id
    from known
    join conformed.source_record as earlier on earlier.source_record_id = known.source_record_id
    join conformed.source_record as record using (feed, county_code, record_key)
    join identity.member as member on member.source_record_id = record.source_record_id and member.joined_at = now()
)
insert into identity.shield (child_id, state, reason, officer, inherited_from)
select heir.child_id, 'shielded', 'inherited', 'resolve', min(heir.from_child_id)
from heir
join identity.shielded as source on source.child_id = heir.from_child_id
left join identity.shielded as already on already.child_id = heir.child_id
where already.child_id is null
group by heir.child_id
order by heir.child_id;
