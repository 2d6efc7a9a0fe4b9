-- A child whom somebody saw after it was said to have died is not said to have died: a list may be old, a survey or a visit that met
-- the child is not. Reads and writes: said.  Binds: seen_by (rules/cadence.yaml).
delete from said as death
where death.kind in ('verdict', 'other_verdict', 'cancel_reason')
    and death.value = 'died'
    and exists (
        select 1
        from said as seen
        where seen.child_id = death.child_id
            and seen.as_of_date > death.as_of_date
            and seen.feed = any (CAST(:seen_by AS text []))
            and (seen.kind = 'residence_code' or seen.kind = 'visit_outcome' and seen.value = 'reached')
            and not exists (
                select 1
                from said as same
                where same.source_record_id = seen.source_record_id
                    and same.kind in ('verdict', 'other_verdict')
                    and same.value = 'died'
            )
    );
