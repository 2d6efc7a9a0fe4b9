-- What the state was made by.
create table origin as
select $origin as origin;
