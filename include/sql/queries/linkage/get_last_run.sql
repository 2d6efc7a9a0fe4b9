-- The last run that published children; null before the first. Reads: identity.run.
select max(run_id) as run_id from identity.run;
