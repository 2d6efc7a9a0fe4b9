-- Dockets that ended lately, for both counties; numbers and codes only. Reads: followup.docket.  Binds: at, days.
select
    docket_id,
    reference,
    child_id,
    kind,
    residence_county_code,
    hukou_county_code,
    opened_date,
    result,
    benefit_start_date,
    ended_date
from followup.docket
where ended_date > followup.day_of(CAST(:at AS timestamptz)) - CAST(:days AS integer)
order by ended_date desc, docket_id;
