-- Every proposal of a move of a touched child to a county that does not answer for the child is put to it, unless an offer to it is open by
-- then or the rule passes the child on that day. What became of an offer is decided by dates alone: the first thing that happened to it. Reads: touched,
-- ledger.proposal, ledger.custody, ledger.answer, identity.member, identity.child. Writes: ledger.offer.  Binds: as_of, answer_within_days.
with recursive rejection as materialized ( -- else the join looks up the child of each rejection for each proposal to its county
    select
        coalesce(member.child_id, child.merged_into, child.child_id) as child_id,
        answer.county_code,
        answer.answered_date,
        answer.reason
    from ledger.answer as answer
    join identity.child as child using (child_id)
    left join identity.member as member using (source_record_id)
    where answer.verdict = 'rejected'
        and answer.answered_date <= CAST(:as_of AS date)
),
asked as (
    select
        proposal.child_id,
        proposal.county_code,
        proposal.proposed_date,
        proposal.is_review,
        custody.county_code as from_county_code,
        row_number() over (
            partition by proposal.child_id, proposal.county_code order by proposal.proposed_date
        ) as place,
        proposal.until_date,
        upper(custody.period) as turned_date,
        next.county_code as turned_to
    from touched
    join ledger.proposal as proposal using (child_id)
    join ledger.custody as custody
        on custody.child_id = proposal.child_id
            and custody.county_code <> proposal.county_code
            and (
                custody.period @> proposal.proposed_date - 1
                or (custody.taken = 'origin' and lower(custody.period) = proposal.proposed_date)
            )
    left join ledger.custody as next
        on next.child_id = custody.child_id
            and lower(next.period) = upper(custody.period)
    where (next.taken, next.county_code, lower(next.period))
        is distinct from ('rule', proposal.county_code, proposal.proposed_date)
),
outcome as (
    select child_id, county_code, place, turned_date as day, 1 as rank, 'accepted' as state, null as reason
    from asked
    where turned_to = county_code
    union all
    select asked.child_id, asked.county_code, asked.place, rejection.answered_date, 2, 'rejected', rejection.reason
    from asked
    join rejection using (child_id, county_code)
    where rejection.answered_date >= asked.proposed_date
    union all
    select child_id, county_code, place, turned_date, 3, 'withdrawn', null
    from asked
    where turned_to is distinct from county_code
        and turned_date is not null
    union all
    select child_id, county_code, place, until_date, 4, 'lapsed', null
    from asked
    union all
    select child_id, county_code, place, proposed_date + CAST(:answer_within_days AS integer), 5, 'expired', null
    from asked
),
ended as (
    select distinct on (child_id, county_code, place) child_id, county_code, place, day, state, reason
    from outcome
    where day <= CAST(:as_of AS date)
    order by child_id, county_code, place, day, rank
),
told as (
    select
        asked.child_id,
        asked.county_code,
        asked.place,
        asked.proposed_date,
        asked.is_review,
        asked.from_county_code,
        coalesce(ended.state, 'offered') as state,
        ended.reason,
        ended.day as ended_date
    from asked
    left join ended using (child_id, county_code, place)
),
made as (
    select told.child_id, told.county_code, told.place, true as is_made, told.ended_date
    from told
    where told.place = 1
    union all
    select
        told.child_id,
        told.county_code,
        told.place,
        coalesce(told.proposed_date >= made.ended_date, false),
        case when told.proposed_date >= made.ended_date then told.ended_date else made.ended_date end
    from made
    join told on told.child_id = made.child_id and told.county_code = made.county_code and told.place = made.place + 1
),
found as (
    select
        told.child_id,
        told.from_county_code,
        told.county_code,
        told.proposed_date as offered_date,
        told.proposed_date + CAST(:answer_within_days AS integer) as due_date,
        told.is_review,
        told.state,
        told.reason,
        told.ended_date
    from told
    join made using (child_id, county_code, place)
    where made.is_made
),
gone as (
    delete from ledger.offer as offer
    where offer.child_id in (select child_id from touched)
        and not exists (
        select 1
        from found
        where (found.child_id, found.county_code, found.offered_date)
            = (offer.child_id, offer.county_code, offer.offered_date)
    )
    returning offer.offer_id
)
insert into ledger.offer (
    child_id, from_county_code, county_code, offered_date, due_date, is_review, state, reason, ended_date
)
select child_id, from_county_code, county_code, offered_date, due_date, is_review, state, reason, ended_date
from found
where (select count(*) from gone) is not null -- first what goes, then what ends: of one county one offer is open
order by state = 'offered', offered_date, child_id, county_code
on conflict (child_id, county_code, offered_date) do update set
    from_county_code = excluded.from_county_code,
    due_date = excluded.due_date,
    is_review = excluded.is_review,
    state = excluded.state,
    reason = excluded.reason,
    ended_date = excluded.ended_date
where (offer.from_county_code, offer.due_date, offer.is_review, offer.state, offer.reason, offer.ended_date)
    is distinct from (
        excluded.from_county_code, excluded.due_date, excluded.is_review, excluded.state, excluded.reason,
        excluded.ended_date
    );
