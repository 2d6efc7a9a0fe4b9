-- Any two dirty units with something between them. Reads: edge, dirty.
select low, high from edge where low in (select unit from dirty);
