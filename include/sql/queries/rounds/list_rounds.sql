-- Rounds with their state on a day: running, due (over, not closed), late (past its deadline), closed; newest first.
-- Reads: rounds.round, rounds.signing, rounds.reopening.  Binds: as_of; round_name, county_code (null for all).
select
    round.round_name,
    round.county_code,
    round.opened_on,
    round.last_day,
    round.due_on,
    round.basis,
    signed.version,
    CAST(signed.signed_at at time zone 'Asia/Shanghai' AS date) as closed_on,
    reopening.version is not null as is_reopened,
    case
        when signed.version is not null and reopening.version is null then 'closed'
        when round.due_on < CAST(:as_of AS date) then 'late'
        when round.last_day < CAST(:as_of AS date) then 'due'
        else 'running'
    end as state
from rounds.round as round
left join lateral (
    select signing.version, signing.signed_at
    from rounds.signing as signing
    where signing.round_name = round.round_name
        and signing.county_code = round.county_code
    order by signing.version desc
    limit 1
) as signed on true
left join rounds.reopening as reopening
    on reopening.round_name = round.round_name
    and reopening.county_code = round.county_code
    and reopening.version = signed.version
where round.round_name = coalesce(CAST(:round_name AS text), round.round_name)
    and round.county_code = coalesce(CAST(:county_code AS text), round.county_code)
    and round.opened_on <= CAST(:as_of AS date)
order by round.round_name desc, round.county_code;
