-- A signed version of a round, the newest where none is named. Reads: rounds.signing, rounds.reopening.
-- Binds: round_name, county_code; version (null for the newest).
select
    signing.version,
    signing.figures,
    signing.sha256,
    signing.changes,
    signing.officer,
    signing.reason,
    signing.refresh_id,
    signing.signed_at,
    reopening.officer as reopened_by,
    reopening.reason as reopened_because,
    reopening.reopened_at
from rounds.signing as signing
left join rounds.reopening as reopening using (round_name, county_code, version)
where signing.round_name = CAST(:round_name AS text)
    and signing.county_code = CAST(:county_code AS text)
    and signing.version = coalesce(CAST(:version AS integer), signing.version)
order by signing.version desc
limit 1;
