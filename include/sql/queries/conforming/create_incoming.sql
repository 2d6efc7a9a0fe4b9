-- Where the accepted rows of one receipt land before they replace its earlier output.
create temporary table incoming (like conformed.source_record including defaults) on commit drop;
