-- Which county answers for a child on each day, what other counties were asked and what they said.
create extension if not exists btree_gist;

create table ledger.custody (
    child_id bigint not null references identity.child,
    county_code text not null,
    period daterange not null check (not isempty(period)),
    taken text not null check (taken in ('origin', 'officer', 'rule')),
    ended_reason text check (ended_reason in ('transferred', 'turned_16', 'died', 'left_province')),
    primary key (child_id, period without overlaps),
    check (upper_inf(period) = (ended_reason is null))
);
comment on table ledger.custody is 'The one county that answers for a child, day by day; the county of origin until another one took the child over';
comment on column ledger.custody.child_id is 'Child';
comment on column ledger.custody.county_code is 'County that answers';
comment on column ledger.custody.period is 'From and until when; without an end while it lasts';
comment on column ledger.custody.taken is 'How it came to it: origin, the first county the child was seen in; officer, who accepted; rule (rules/custody.yaml)';
comment on column ledger.custody.ended_reason is 'transferred to another county; turned_16; died; left_province, confirmed by a department here and a sighting there';
create index custody_county on ledger.custody (county_code) where upper_inf(period);

create table ledger.answer (
    answer_id bigint generated always as identity primary key,
    child_id bigint not null references identity.child,
    source_record_id bigint not null,
    county_code text not null,
    verdict text not null check (verdict in ('accepted', 'rejected')),
    reason text,
    officer text not null check (officer <> ''),
    answered_date date not null,
    answered_at timestamptz not null default now(),
    check ((verdict = 'rejected') = (reason is not null))
);
comment on table ledger.answer is 'What a county''s officer said to an offer; never changed or deleted, and what custody is computed from';
comment on column ledger.answer.answer_id is 'Running number';
comment on column ledger.answer.child_id is 'Child as numbered then';
comment on column ledger.answer.source_record_id is 'Newest record that placed the child there: the answer follows its child through merges and splits; no foreign key, so that it outlives the record';
comment on column ledger.answer.county_code is 'County that answers';
comment on column ledger.answer.verdict is 'accepted or rejected';
comment on column ledger.answer.reason is 'Why rejected: a code of rules/custody.yaml';
comment on column ledger.answer.officer is 'Account of the officer';
comment on column ledger.answer.answered_date is 'Business date from which it holds';
comment on column ledger.answer.answered_at is 'When it was recorded';
create index answer_child on ledger.answer (child_id);

create table ledger.offer (
    offer_id bigint generated always as identity primary key,
    child_id bigint not null references identity.child,
    from_county_code text not null,
    county_code text not null,
    offered_date date not null,
    due_date date not null,
    is_review boolean not null,
    state text not null check (state in ('offered', 'accepted', 'rejected', 'expired', 'lapsed', 'withdrawn')),
    reason text,
    ended_date date,
    unique (child_id, county_code, offered_date),
    check ((state = 'offered') = (ended_date is null)),
    check (from_county_code <> county_code)
);
comment on table ledger.offer is 'A county is asked to take over a child it sees; until it accepts, the county of origin answers';
comment on column ledger.offer.offer_id is 'Number to accept or reject it by';
comment on column ledger.offer.child_id is 'Child';
comment on column ledger.offer.from_county_code is 'County that answers for the child';
comment on column ledger.offer.county_code is 'County that is asked';
comment on column ledger.offer.offered_date is 'Business date it was made';
comment on column ledger.offer.due_date is 'First day it is too late to answer (rules/custody.yaml)';
comment on column ledger.offer.is_review is 'The child is seen in two places at once: look before you answer; no rule accepts it';
comment on column ledger.offer.state is 'offered; accepted by an officer or by rule; rejected with a reason; expired, nobody answered in time; lapsed, the child is no longer seen there; withdrawn, another county took the child or custody ended';
comment on column ledger.offer.reason is 'Why it was rejected';
comment on column ledger.offer.ended_date is 'When it stopped being open';
create unique index offer_open on ledger.offer (child_id, county_code) where state = 'offered';
create index offer_county on ledger.offer (county_code, state);

create view ledger.pool as
with asked as (
    select
        custody.child_id,
        custody.county_code,
        bool_or(offer.state = 'offered') as is_open,
        max(offer.ended_date) filter (where offer.state in ('rejected', 'expired')) as since_date,
        count(*) as offer_count
    from ledger.custody as custody
    join ledger.offer as offer
        on offer.child_id = custody.child_id
            and offer.from_county_code = custody.county_code
            and offer.offered_date <@ custody.period
    where upper_inf(custody.period)
    group by custody.child_id, custody.county_code
)
select asked.child_id, asked.county_code, asked.since_date, asked.offer_count
from asked
where not asked.is_open
    and asked.since_date is not null
    and not exists (
        select 1
        from ledger.sighting as sighting
        where sighting.child_id = asked.child_id
            and sighting.county_code = asked.county_code
            and sighting.until_date > sighting.last_seen
            and sighting.last_seen >= asked.since_date
    );
comment on view ledger.pool is 'Children every county asked has rejected or not answered for, and whom their own county has not seen since: the next sighting anywhere makes an offer there';
create trigger kept before update or delete on ledger.answer
for each row execute function identity.refuse_change();
