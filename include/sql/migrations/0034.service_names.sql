-- What is offered to social organisations has the name it has in the service lists.
update followup.referral
set kind = case kind when 'cultural_services' then 'cultural_life' else 'city_integration' end
where kind in ('cultural_services', 'integration');
