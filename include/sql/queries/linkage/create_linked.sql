-- Where the result of this run lands before it replaces the members.
create temporary table linked (like identity.member including defaults) on commit drop;
