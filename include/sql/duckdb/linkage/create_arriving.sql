-- Records as they are. Reads: arrived.
create or replace temp table arriving as
select
    key(record_id) as rid,
    hash(arrived) as fingerprint,
    source_record_id::bigint as source_record_id,
    key(rtrim(record_id, '0123456789')) as sender_key
from arrived;
