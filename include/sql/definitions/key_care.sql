-- 重点关爱: monitored children while one of the five reasons stands, open or confirmed, and children who left their
-- township while they themselves ask for help. What a visit dismissed, or what lapsed, ended that day.
-- Reads: qualifying, ledger.flag. Writes: crossing.  Binds: reasons, own_requests (flag codes), known.
insert into crossing (child_id, county_code, during, basis)
with reason as (
    select
        child_id,
        case when CAST(:own_requests AS jsonb) ? flag_code then 'statistical' else 'monitored' end as tier,
        range_agg(daterange(raised_date, case when status in ('dismissed', 'lapsed') then greatest(ended_date, raised_date) end))
            as during
    from ledger.flag_as_known(CAST(:known AS bigint))
    where status <> 'withdrawn'
        and (CAST(:reasons AS jsonb) ? flag_code or CAST(:own_requests AS jsonb) ? flag_code)
    group by 1, 2
)
select qualifying.child_id, qualifying.county_code, qualifying.during * reason.during, qualifying.basis
from qualifying
join reason using (child_id, tier)
where qualifying.during && reason.during;
