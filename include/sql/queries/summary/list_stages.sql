-- Seconds and runs per stage. Reads: ops.stage_run.
select stage, sum(seconds) as seconds, count(*) as runs
from ops.stage_run
group by stage
order by min(stage_run_id);
