-- What people and visit rows say: pairs of records a person called the same, and children named by number.
create table if not exists given_edge (
    left_rid bigint, right_rid bigint, route varchar, weight double, links boolean
);
