-- Where children are seen, by whom and how long, and the moves that these sightings propose.
create table ledger.sighting (
    child_id bigint not null references identity.child,
    county_code text not null,
    feed text not null,
    first_seen date not null,
    last_seen date not null,
    until_date date not null,
    is_own boolean not null,
    primary key (child_id, county_code, feed, first_seen)
);
comment on table ledger.sighting is 'One kind of source sees a child in one county, without a break: until its newest row there no longer counts or tells that the child left';
comment on column ledger.sighting.child_id is 'Child';
comment on column ledger.sighting.county_code is 'County the child is seen in, of this province or another';
comment on column ledger.sighting.feed is 'Kind of source; the department stands before the dot';
comment on column ledger.sighting.first_seen is 'Data date of the first row';
comment on column ledger.sighting.last_seen is 'Data date of the newest row';
comment on column ledger.sighting.until_date is 'First day it no longer counts; first_seen where the only word is that the child left';
comment on column ledger.sighting.is_own is 'The county itself says so, and not another one';

create table ledger.proposal (
    child_id bigint not null references identity.child,
    county_code text not null,
    proposed_date date not null,
    is_sure boolean not null,
    is_review boolean not null,
    since_date date not null,
    until_date date not null,
    primary key (child_id, county_code, proposed_date)
);
comment on table ledger.proposal is 'A day on which sightings say anew that a child of another county is now in this one; it moves nothing by itself';
comment on column ledger.proposal.child_id is 'Child';
comment on column ledger.proposal.county_code is 'County of this province the child is seen in';
comment on column ledger.proposal.proposed_date is 'Day it could first be known: the data date, or the arrival where that is later';
comment on column ledger.proposal.is_sure is 'From this day enough departments place the child there and nobody elsewhere (rules/custody.yaml)';
comment on column ledger.proposal.is_review is 'The child is seen in two places at once today: a person must look';
comment on column ledger.proposal.since_date is 'First day of the stay in that county';
comment on column ledger.proposal.until_date is 'First day the stay is no longer evident';

create function ledger.placing(as_of date, departed jsonb) returns table (
    child_id bigint, county_code text, feed text, seen_date date, expires_date date, is_own boolean, is_leaving boolean,
    source_record_id bigint
)
language sql stable
begin atomic
select
    fact.child_id,
    case when fact.kind = 'residence_code' then fact.value else record.county_code end,
    record.feed,
    fact.as_of_date,
    fact.expires_date,
    fact.kind = 'visit_outcome' or fact.value = record.county_code,
    exists (
        select 1
        from jsonb_each_text(record.facts) as said
        where departed -> said.key ? said.value
    ),
    fact.source_record_id
from ledger.fact as fact
join conformed.source_record as record using (source_record_id)
where fact.as_of_date <= as_of
    and (fact.kind = 'residence_code' or (fact.kind = 'visit_outcome' and fact.value in ('reached', 'moved')));
end;
comment on function ledger.placing is 'What every record says of where its child is: in which county, and whether it only tells that the child left there';
