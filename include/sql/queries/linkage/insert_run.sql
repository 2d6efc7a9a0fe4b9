-- A run that publishes, with what it does to children that stand. Writes: identity.run.  Returns: run_id.
insert into identity.run (rule_version, standing_count, merged_count, split_count, officer, reason)
values (:rule_version, :standing_count, :merged_count, :split_count, :officer, :reason)
returning run_id;
