-- Of two answers to one visit what nobody chose yet is not said of the child either, and what an officer chose is: an answer that
-- was not believed took children out of their county's ledger.
create index conflict_standing on followup.conflict (standing_record_id);
create view followup.believed with (security_invoker = true) as
select
    standing.source_record_id,
    waiting.columns is not null as is_open,
    jsonb_strip_nulls(standing.facts || coalesce(chosen.answers, '{}')) - coalesce(waiting.columns, '{}') as facts
from (select distinct standing_record_id from followup.conflict) as disputed
join conformed.source_record as standing on standing.source_record_id = disputed.standing_record_id
cross join lateral (
    select array_agg(name) as columns
    from followup.conflict as conflict
    cross join lateral unnest(conflict.columns) as differing (name)
    where conflict.standing_record_id = standing.source_record_id
        and conflict.settled_at is null
) as waiting
left join lateral (
    select
        jsonb_object_agg(
            answer.name,
            case when answer.column_name = any(conflict.but_columns) then left_out.facts else taken.facts end -> answer.name
        ) as answers
    from followup.conflict as conflict
    join conformed.source_record as taken on taken.source_record_id = conflict.chosen_record_id
    join conformed.source_record as left_out
        on left_out.source_record_id = conflict.standing_record_id + conflict.other_record_id - conflict.chosen_record_id
    cross join ( -- where a family went is of the answer that it went
        values
            ('visit_outcome', 'visit_outcome'),
            ('moved_to', 'visit_outcome'),
            ('verdict', 'verdict'),
            ('other_verdict', 'other_verdict')
    ) as answer (name, column_name)
    where conflict.standing_record_id = standing.source_record_id
        and conflict.settled_at is not null
    group by conflict.conflict_id
    order by conflict.settled_at desc
    limit 1
) as chosen on true;
comment on view followup.believed is 'What a visit that two files tell differently says: of each column what an officer chose, and nothing until then';
comment on column followup.believed.source_record_id is 'Row in force of the visit';
comment on column followup.believed.is_open is 'An officer has yet to choose';
comment on column followup.believed.facts is 'Its facts as believed';

create function followup.note_conflict() returns trigger
language plpgsql
as $$
begin
    insert into ledger.change (source_record_id)
    select standing_record_id
    from changed;
    return null;
end;
$$;
comment on function followup.note_conflict is 'Notes visits that are told differently, or no longer, for the next refresh';
create trigger noted_new after insert on followup.conflict
referencing new table as changed for each statement execute function followup.note_conflict();
create trigger noted_changed after update on followup.conflict
referencing new table as changed for each statement execute function followup.note_conflict();
create trigger noted_gone after delete on followup.conflict
referencing old table as changed for each statement execute function followup.note_conflict();
insert into ledger.change (source_record_id)
select distinct standing_record_id
from followup.conflict;

-- Who died or went home by the other conclusion did so, too.
insert into ledger.change (source_record_id)
select source_record_id
from ledger.fact
where kind = 'other_verdict'
    and value in ('died', 'returned_home');
