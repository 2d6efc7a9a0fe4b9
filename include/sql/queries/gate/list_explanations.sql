-- Explanations no officer has judged, oldest first. Reads: intake.explanation, intake.explained.
select
    explanation.explanation_id,
    explanation.receipt_id,
    explanation.feed,
    explanation.county_code,
    explanation.code,
    count(*) as queries,
    min(explained.line_number) as first_line,
    explanation.explained_by,
    explanation.explained_at,
    explanation.text
from intake.explanation as explanation
join intake.explained as explained using (explanation_id)
where explanation.verdict is null
group by explanation.explanation_id
order by explanation.explanation_id;
