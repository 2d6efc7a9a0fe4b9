-- Every version signed of a round, and its reopening. Reads: rounds.signing, rounds.reopening.
-- Binds: round_name, county_code.
select
    signing.version,
    signing.signed_at,
    signing.officer,
    signing.reason,
    signing.refresh_id,
    signing.sha256,
    signing.changes,
    reopening.reopened_at,
    reopening.officer as reopened_by,
    reopening.reason as reopened_because
from rounds.signing as signing
left join rounds.reopening as reopening using (round_name, county_code, version)
where signing.round_name = CAST(:round_name AS text)
    and signing.county_code = CAST(:county_code AS text)
order by signing.version;
