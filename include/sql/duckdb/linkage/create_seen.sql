-- Records as they were when they were linked; `sender_key`: all of their name but which of several of one key and day they are.
create table if not exists seen (rid bigint, fingerprint ubigint, source_record_id bigint, sender_key bigint);
