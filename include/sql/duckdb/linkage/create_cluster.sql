-- Which cluster and which component of the edges each unit belongs to.
create table if not exists cluster (unit bigint, cluster bigint, component bigint);
