-- Items that change by the thousand: without counts of a trigger's tables the planner would compare every one with every other.

alter function followup.record_item() set enable_nestloop = off;
