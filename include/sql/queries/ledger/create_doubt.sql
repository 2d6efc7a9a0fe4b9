-- When a stay is doubted: somebody sees the child elsewhere since it began, and that still counts. Reads: stay, seen.
create temporary table doubt on commit drop as
select
    stay.child_id,
    stay.county_code,
    stay.since_date,
    daterange(min(seen.known_date) + 1, other.until_date) as period
from stay
join stay as other on other.child_id = stay.child_id and other.county_code <> stay.county_code
join seen on seen.child_id = other.child_id and seen.county_code = other.county_code
where seen.seen_date >= greatest(stay.since_date, other.since_date)
    and seen.seen_date < other.until_date
group by stay.child_id, stay.county_code, stay.since_date, other.county_code, other.since_date, other.until_date
having min(seen.known_date) + 1 < other.until_date;
