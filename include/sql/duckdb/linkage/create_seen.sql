-- Records as they were when they were linked.
create table if not exists seen (rid bigint, fingerprint ubigint, source_record_id bigint);
