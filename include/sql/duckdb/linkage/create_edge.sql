-- What speaks for two units being one child. Weight in bits; `links` tells whether a machine may link by it;
-- `rival` that the two look like two children of one household; `fragile` that any such
-- rival forbids the link.
create table if not exists edge (
    low bigint, high bigint, route varchar, weight double, links boolean, name tinyint, birth tinyint,
    household boolean, number boolean, low_record bigint, high_record bigint,
    rival boolean, fragile boolean, agreement varchar
);
