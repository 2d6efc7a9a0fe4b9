-- One refresh runs at a time: it may take memory for what it sorts and joins, pages it asks for one by one are no dearer than
-- pages in a row, as most of them lie in memory, and of what it lays out a glance tells enough. Until the transaction ends.
select
    set_config('work_mem', '64MB', true),
    set_config('random_page_cost', '1', true),
    set_config('default_statistics_target', '10', true);
