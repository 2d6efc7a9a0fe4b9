-- Known records this run looks at, there or not: all, or those of the keys that were stirred. Reads: seen, stirred.
create or replace temp table looked as
select rid
from seen
where $everything or sender_key in (select key(prefix) from stirred);
