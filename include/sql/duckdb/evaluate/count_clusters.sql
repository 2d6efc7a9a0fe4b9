-- How many clusters have a number.
select count(*) as clusters
from numbers;
