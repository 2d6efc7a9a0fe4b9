-- The run since which the ledger's database holds these children.
create table published (run_id bigint);
