-- Children who meet one definition of a path on a day, by county. Reads: qualifying.  Binds: step, day.
select county_code, count(distinct child_id) as children
from qualifying
where tier = 'step'
    and definition_version = CAST(:step AS text)
    and during @> CAST(:day AS date)
group by county_code
order by county_code;
