-- Where the digests of a file's queries land before they are noted on them.
create temporary table asked (
    issue_id bigint not null,
    key_sha256 text not null,
    evidence_sha256 text not null
) on commit drop;
