-- An officer signs. Writes: rounds.signing.  Binds: all columns but the moment.
insert into rounds.signing (
    round_name, county_code, version, figures, sha256, changes, told, officer, reason, refresh_id
)
values (
    :round_name, :county_code, :version, :figures, :sha256, CAST(:changes AS jsonb), CAST(:told AS jsonb),
    :officer, :reason, :refresh_id
);
