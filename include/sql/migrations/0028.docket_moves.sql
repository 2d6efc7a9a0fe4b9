-- A docket goes with its child: the county it lives in now asks. What paper quotes keeps the county that asked first.
alter table followup.docket add column opened_county_code text;
update followup.docket set opened_county_code = residence_county_code;
alter table followup.docket
    alter column opened_county_code set not null,
    alter column reference set expression as (opened_county_code || '-' || lpad(CAST(docket_id AS text), 8, '0'));
comment on column followup.docket.opened_county_code is 'County the child lived in when it was opened; its reference begins with it';
comment on column followup.docket.residence_county_code is 'County that asks: where the child lives now';
