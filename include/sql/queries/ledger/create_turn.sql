-- What decides who answers for a touched child, day by day: the first county that saw it, counties whose officers accepted, counties
-- where sightings leave no doubt and nobody rejected by that day, and the days custody ends (no county): the last that saw it here
-- says that it left, and another province sees it. Of one day the first by rank
-- counts. Reads: touched, ledger.sighting, ledger.entry, ledger.proposal, ledger.answer, ledger.profile, said.
-- Binds: as_of, under_age, own_counties.
create temporary table turn on commit drop as
with seen as (
    select child_id, county_code, feed, first_seen, last_seen, until_date, is_own,
        CAST(:own_counties AS jsonb) ? county_code as is_ours
    from touched
    join ledger.sighting using (child_id)
),
origin as (
    select distinct on (seen.child_id)
        seen.child_id,
        seen.county_code,
        least(seen.first_seen, entered.entered_date) as day
    from seen
    left join (
        select child_id, min(entered_date) as entered_date
        from touched
        join ledger.entry using (child_id)
        where coalesce(left_reason, '') not in ('merged', 'split', 'withdrawn')
        group by child_id
    ) as entered using (child_id)
    where seen.is_ours
    order by seen.child_id, seen.first_seen, seen.is_own desc, seen.feed, seen.county_code
),
answer as (
    select
        coalesce(member.child_id, child.merged_into, child.child_id) as child_id,
        answer.county_code,
        answer.verdict,
        answer.answered_date,
        answer.answer_id
    from ledger.answer as answer
    join identity.child as child using (child_id)
    left join identity.member as member using (source_record_id)
    where answer.answered_date <= CAST(:as_of AS date)
),
finish as (
    select distinct on (child_id) child_id, day, reason
    from (
        select child_id, CAST(birth_date + make_interval(years => CAST(:under_age AS integer)) AS date) as day,
            'turned_16' as reason
        from touched
        join ledger.profile using (child_id)
        union all
        select child_id, as_of_date, 'died'
        from said
        where kind in ('cancel_reason', 'verdict', 'other_verdict')
            and value = 'died'
            and as_of_date <= CAST(:as_of AS date)
    ) as told
    where day <= CAST(:as_of AS date)
    order by child_id, day, reason
),
away as (
    select ours.child_id, min(greatest(ours.day, other.first_seen)) as day
    from (
        select distinct on (child_id) child_id, until_date as day, until_date = last_seen as has_left
        from seen
        where is_ours
        order by child_id, until_date desc, until_date = last_seen desc
    ) as ours
    join seen as other on other.child_id = ours.child_id and not other.is_ours and other.until_date > ours.day
    where ours.has_left
    group by ours.child_id
),
turned as (
    select child_id, county_code, day, 'origin' as taken, 4 as rank, 0 as number
    from origin
    union all
    select proposal.child_id, proposal.county_code, proposal.proposed_date, 'rule', 3,
        row_number() over (order by proposal.since_date, proposal.county_code desc)
    from touched
    join ledger.proposal as proposal using (child_id)
    where proposal.is_sure
        and not exists (
            select 1
            from answer
            where answer.child_id = proposal.child_id
                and answer.county_code = proposal.county_code
                and answer.verdict = 'rejected'
                and answer.answered_date >= proposal.since_date
                and answer.answered_date <= proposal.proposed_date
        )
    union all
    select child_id, county_code, answered_date, 'officer', 2, answer_id
    from answer
    where verdict = 'accepted'
    union all
    select child_id, null, day, 'left_province', 1, 0
    from away
    where day <= CAST(:as_of AS date)
)
select turned.child_id, turned.county_code, turned.day, turned.taken, turned.rank, turned.number
from turned
join origin using (child_id)
left join finish using (child_id)
where turned.day >= origin.day
    and turned.day < coalesce(finish.day, 'infinity')
union all
select child_id, null, day, reason, 0, 0
from finish;
