-- The lists as loaded before. Writes: entitlement.service, entitlement.condition, entitlement.serving.
with services as (
    delete from entitlement.service
),
conditions as (
    delete from entitlement.condition
)
delete from entitlement.serving;
