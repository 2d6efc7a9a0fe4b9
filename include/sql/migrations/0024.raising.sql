-- A list says not only which gap is asked about, but how old it must be.

alter table entitlement.service add column raises_after_days integer check (raises_after_days >= 0);
comment on column entitlement.service.raises is 'Flag rule that asks of its gaps; null: they are published only';
comment on column entitlement.service.raises_after_days is 'Days a gap must be old to be asked about';
comment on column entitlement.gap.raises is 'Flag rule that asks of it; null: it is published only';
