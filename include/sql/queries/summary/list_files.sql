-- Receipts per department and county. Reads: intake.receipt.
select department, county_code, count(*) as receipts
from intake.receipt
group by department, county_code
order by department, county_code;
