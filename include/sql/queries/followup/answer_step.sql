-- What became of the open step of a docket: it ends, and either the next one begins or the docket has its result.
-- Writes: followup.docket_step, followup.docket.  Binds: docket_id, at, result, benefit_start, officer, reason; code, holder
-- and working_days of the next step, null where the docket ends.
with done as (
    update followup.docket_step as step
    set
        result = :result,
        done_date = followup.day_of(CAST(:at AS timestamptz)),
        officer = :officer,
        reason = :reason
    where step.docket_id = :docket_id
        and step.done_date is null
    returning step.docket_id, step.number, step.done_date
),
ended as (
    update followup.docket as docket
    set result = :result, benefit_start_date = CAST(:benefit_start AS date), ended_date = done.done_date
    from done
    where docket.docket_id = done.docket_id
        and CAST(:code AS text) is null
)
insert into followup.docket_step (docket_id, number, code, holder, opened_date, due_date, due_basis)
select
    done.docket_id,
    done.number + 1,
    CAST(:code AS text),
    CAST(:holder AS text),
    done.done_date,
    followup.workday_after(done.done_date, CAST(:working_days AS integer)),
    followup.basis_of(done.done_date, followup.workday_after(done.done_date, CAST(:working_days AS integer)))
from done
where CAST(:code AS text) is not null;
