-- An officer's decision on the answer of a department. Writes: tickets.contest.
update tickets.contest
set outcome = :outcome, outcome_reason = :reason, settled_by = :settled_by, settled_at = now()
where ticket_id = :ticket_id
    and outcome is null;
