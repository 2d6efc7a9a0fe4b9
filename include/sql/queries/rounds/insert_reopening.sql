-- A signed version no longer closes its round. Writes: rounds.reopening.
insert into rounds.reopening (round_name, county_code, version, officer, reason)
values (:round_name, :county_code, :version, :officer, :reason);
