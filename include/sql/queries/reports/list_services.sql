-- The services that serve some county today, with what is known of them.
-- Reads: entitlement.service, entitlement.serving, entitlement.condition.
select
    service.place,
    service.edition,
    service.service_code,
    service.aspect,
    service.title,
    service.basis,
    service.lead_department,
    service.decided_at,
    (
        select string_agg(distinct condition.feed, '、' order by condition.feed)
        from entitlement.condition as condition
        where condition.place = service.place
            and condition.edition = service.edition
            and condition.service_code = service.service_code
            and condition.role = 'proof'
    ) as proof_feeds
from entitlement.service as service
where exists (
    select 1
    from entitlement.serving as serving
    where serving.place = service.place
        and serving.edition = service.edition
)
order by service.place, service.edition, service.position;
