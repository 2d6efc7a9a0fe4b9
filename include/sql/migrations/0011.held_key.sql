-- A row held back whose key nobody knows is remembered as such.
comment on column conformed.held_key.record_key is 'The sender''s own key; empty: a row whose key is not known';
