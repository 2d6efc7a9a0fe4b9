-- A referral by an officer, to one department. Reads: followup.item. Writes: followup.referral.  Binds: after, the kind
-- that must have been gone before, null for none.
insert into followup.referral (item_id, kind, department, county_code, situation, reason, officer, opened_at, due_at)
select
    item.item_id,
    :kind,
    :department,
    item.county_code,
    :situation,
    :reason,
    :officer,
    CAST(:at AS timestamptz),
    coalesce(
        CAST(:at AS timestamptz) + make_interval(hours => CAST(:hours AS integer)),
        followup.end_of(
            followup.workday_after(followup.day_of(CAST(:at AS timestamptz)), CAST(:working_days AS integer))
        )
    )
from followup.item as item
where item.item_id = :item_id
    and (
        CAST(:after AS text) is null
        or exists (
            select 1
            from followup.referral as before
            join followup.item as earlier using (item_id)
            where earlier.child_id = item.child_id
                and before.kind = :after
                and before.state in ('done', 'declined')
        )
    )
on conflict (item_id, kind, department, situation) where state in ('open', 'accepted') do nothing;
