-- What a department's own register counts. Writes: rounds.department_count.  Binds: all columns but number and moment.
insert into rounds.department_count (round_name, county_code, feed, row_count, officer, reason)
values (:round_name, :county_code, :feed, :row_count, :officer, :reason);
