"""The bars of a simulation: counts and shares from its ledger and what was noted beside it, as lines and one page.

Counts only. A bar that is missed is printed as missed; how often people err is an assumption of bench/simulation.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from html import escape
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bench.simulation import REASONS, Course
from childledger import db, ledger
from childledger.followup.dockets import count_origins
from childledger.settings import BEIJING

ITEMS = sa.text("""
    select
        item.item_id, item.severity, item.queue, item.state, flag.flag_code,
        refresh.as_of_date as opened_date, followup.day_of(item.due_at) as due_date,
        min(visit.visited_date) - refresh.as_of_date as first_days,
        min(visit.visited_date) filter (where visit.outcome = 'reached') - refresh.as_of_date as reached_days
    from followup.item as item
    join ledger.flag as flag using (flag_id)
    join ledger.refresh as refresh on refresh.refresh_id = item.enqueued_refresh_id
    left join followup.visit as visit using (item_id)
    group by item.item_id, flag.flag_code, refresh.as_of_date
""")
REOPENED = sa.text("""
    select count(*)
    from followup.event as queued
    where queued.kind = 'queued'
        and exists (
            select from followup.event as before
            where before.item_id = queued.item_id
                and before.kind = 'closed'
                and before.event_id < queued.event_id
        )
""")
OFFERS = sa.text("select state, count(*) from ledger.offer group by state order by state")
DOCKETS = sa.text("""
    select
        coalesce(docket.result, case when step.due_date < :day then 'past its day' else 'within its days' end),
        count(*)
    from followup.docket as docket
    left join followup.docket_step as step on step.docket_id = docket.docket_id and step.done_date is null
    group by 1
    order by 1
""")


@dataclass(frozen=True)
class Bar:
    """One bar: what is asked, what came out, whether it holds."""

    name: str
    asked: str
    found: str
    holds: bool


@dataclass(frozen=True)
class Found:
    """What a simulation came to."""

    items: list[Any]
    repeats: int
    offers: dict[str, int]
    dockets: dict[str, int]
    told: int
    """Dockets past their day whose origin stands on the list of those that do not answer."""
    suspended: list[str]
    end: date


def read(conn: Connection, course: Course) -> Found:
    """Ask the ledger a simulation left."""
    end = ledger.standing_at(conn)
    assert end is not None
    again = course.repeats + conn.execute(REOPENED).scalar_one()
    offers, dockets = (dict(map(tuple, conn.execute(text, {"day": end}).all())) for text in (OFFERS, DOCKETS))
    found = conn.execute(ITEMS).all()
    told = sum(row["overdue"] for row in count_origins(conn, datetime.combine(end, time(12), BEIJING)))
    return Found(list(found), again, offers, dockets, told, sorted(ledger.suspended(conn)), end)


def bars(course: Course, found: Found) -> list[Bar]:
    """The bars, in their order."""
    due = [item for item in found.items if item.due_date < found.end]
    outcome = {item.item_id for item in due if item.first_days is not None}
    shown = {item.item_id for item in due} & course.unmet.keys() - outcome
    gone = {item.item_id for item in due if item.state == "withdrawn"} - outcome - shown
    kept = len(due) - len(gone)
    within = [
        i for i in due if i.queue == "visit" and not course.unmet.get(i.item_id, set()) & {"no_capacity", "no_village"}
    ]
    first = sorted(item.first_days for item in within if item.first_days is not None)
    reached = sorted(item.reached_days for item in within if item.reached_days is not None)
    late = [item for item in due if item.queue == "visit" and item.item_id not in gone and _is_late(item)]
    missed = [item for item in late if item.item_id not in course.unmet]
    silent = [item for item in missed if _stood_on_a_monday(item)]
    p50, p90, met = _at(first, 0.5), _at(first, 0.9), (_at(reached, 0.5), _at(reached, 0.9))
    true, judged = _yield(course, from_round=3)
    past, running = found.dockets.get("past its day", 0), found.dockets.get("within its days", 0)
    offered, offers, dockets = found.offers.get("offered", 0), sum(found.offers.values()), sum(found.dockets.values())
    told = len(outcome) + len(shown)
    asked = f"{told / max(kept, 1):.1%} of {kept}: {len(outcome)} answered, {len(shown)} shown as overflow"
    matches = f"of {offers} offers {offered} wait; of {dockets} dockets {running} wait, {past} past their day"
    matches += f", the origins of {found.told} listed as not answering"
    return [
        Bar("opened to first contact, days, p50", "≤ 3", f"{p50} of {len(first)} items; child met {met[0]}", p50 <= 3),
        Bar("opened to first contact, days, p90", "≤ 10", f"{p90}; child met {met[1]}", p90 <= 10),
        Bar("late and not shown to the township", "0", f"{len(silent)} of {len(late)} late; "
            f"{len(missed) - len(silent)} more between two weekly lists", not silent),
        Bar("items with an outcome or recorded overflow", "≥ 95 %", f"{asked}; {len(gone)} gone",
            told >= 0.95 * kept),
        Bar("asked again on the same evidence", "0", str(found.repeats), not found.repeats),
        Bar("cross-county matches without an outcome in time or an origin told", "0", matches, past == found.told),
        Bar("rules true when raised, from the fourth half-year on", "≥ 30 %",
            f"{true / max(judged, 1):.1%} of {judged} flags", true >= 0.3 * judged),
    ]  # fmt: skip


def _is_late(item: Any) -> bool:
    return item.first_days is None or item.first_days > (item.due_date - item.opened_date).days


def _stood_on_a_monday(item: Any) -> bool:
    """Whether nobody had been there by the first list after it was due: offices write them daily, here on Mondays."""
    monday = item.due_date + timedelta(7 - item.due_date.weekday())
    return item.first_days is None or item.opened_date + timedelta(item.first_days) >= monday


def _at(days: list[int], share: float) -> int:
    return days[min(len(days) - 1, int(len(days) * share))] if days else 0


def _yield(course: Course, from_round: int) -> tuple[int, int]:
    told = [truth for _, round_, truth in course.true.values() if round_ >= from_round and truth is not None]
    return sum(told), len(told)


def rules(course: Course) -> list[dict[str, Any]]:
    """Per rule and half-year: flags raised, and the share that was true; not where no truth is kept."""
    told: dict[tuple[str, int], list[bool]] = defaultdict(list)
    for code, round_, truth in course.true.values():
        if truth is not None:
            told[code, round_].append(truth)
    return [
        {"rule": code, "half-year": round_ + 1, "flags": len(truths), "true": sum(truths) / len(truths)}
        for (code, round_), truths in sorted(told.items())
    ]


def page(path: Path, course: Course, found: Found, head: Iterable[str]) -> None:
    """Write the report: the bars as a table and four charts, in one file that fetches nothing."""
    import altair as alt  # over a second to import, and only the page needs it

    rows = "".join(
        f"<tr class='{'holds' if bar.holds else 'missed'}'><td>{escape(bar.name)}</td><td>{bar.asked}</td>"
        f"<td>{escape(bar.found)}</td><td>{'holds' if bar.holds else 'missed'}</td></tr>"
        for bar in bars(course, found)
    )
    drawn = "".join(f"<figure>{_draw(chart(alt, course, found))}</figure>" for chart in CHARTS)
    told = "".join(f"<p>{escape(line)}</p>" for line in head)
    path.write_text(PAGE.format(told=told, rows=rows, drawn=drawn), encoding="utf-8")


def _draw(chart: Any) -> str:
    import vl_convert

    spec = chart.properties(width=620, background="white", padding=30).to_dict()
    return str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))


def _contact(alt: Any, course: Course, found: Found) -> Any:
    visited = [item for item in found.items if item.queue == "visit"]
    totals = Counter(item.severity for item in visited)
    rows = [
        {"day": day, "severity": severity, "share": sum(
            item.severity == severity and item.first_days is not None and item.first_days <= day for item in visited
        ) / total}
        for severity, total in totals.items() for day in range(22)
    ]  # fmt: skip
    return (
        alt.Chart(alt.InlineData(rows), title="Somebody came to the home: share of the items, by days since opened")
        .mark_line(interpolate="step-after")
        .encode(x="day:Q", y=alt.Y("share:Q", axis=alt.Axis(format="%")), color="severity:N")
    )


def _overflow(alt: Any, course: Course, found: Found) -> Any:
    rows = [{"week": w["week"], "why": name, "items": w[name]} for w in course.weeks for name in REASONS]
    return (
        alt.Chart(alt.InlineData(rows), title="Shown to townships as not done, or not to be done, in time")
        .mark_area()
        .encode(x="week:Q", y="items:Q", color="why:N")
    )


def _true(alt: Any, course: Course, found: Found) -> Any:
    return (
        alt.Chart(alt.InlineData(rules(course)), title="Share of a rule's flags that were true when raised")
        .mark_rect()
        .encode(
            x="half-year:O", y=alt.Y("rule:N", title=None), color=alt.Color("true:Q", scale=alt.Scale(domain=[0, 1]))
        )
    )


def _matches(alt: Any, course: Course, found: Found) -> Any:
    rows = [
        {"kind": kind, "outcome": outcome, "number": number}
        for kind, counts in (("offer", found.offers), ("docket", found.dockets))
        for outcome, number in counts.items()
    ]
    return (
        alt.Chart(alt.InlineData(rows), title="What became of what one county asked of another")
        .mark_bar()
        .encode(x="number:Q", y=alt.Y("outcome:N", title=None), color="kind:N")
    )


CHARTS: tuple[Callable[[Any, Course, Found], Any], ...] = (_contact, _overflow, _true, _matches)
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Follow-up, simulated</title>
<style>body{{font:15px sans-serif;max-width:900px;margin:2em auto}}td,th{{padding:.3em .8em;
border-bottom:1px solid #ccc;text-align:left}}.missed td:last-child{{color:#c8553d}}figure{{margin:2em 0}}</style>
<h1>Follow-up, simulated</h1>{told}
<table><tr><th>bar</th><th>asked</th><th>found</th><th></th></tr>{rows}</table>{drawn}</html>
"""


def report(course: Course, children: int, seconds: float, path: Path | None) -> list[str]:
    """Lines to print; writes the page as well where a path is given."""
    with db.transaction(course.settings.database_url) as conn:
        found = read(conn, course)
    head = [
        f"{children} children in {len(course.world.province.counties)} counties, {len(course.weeks)} weeks, "
        f"{len(found.items)} items ({sum(item.queue == 'desk' for item in found.items)} of them the desk's), "
        f"{sum(week['trips'] for week in course.weeks)} trips "
        f"and on them {sum(week['routine'] for week in course.weeks)} visits only time asked for, in {seconds:.0f} s",
        f"asked twice because one child was held for two: {course.doubled}",
        "outcomes: " + ", ".join(f"{name} {count}" for name, count in sorted(course.outcomes.items())),
        f"rules that went to the desk by themselves: {', '.join(found.suspended) or 'none'}; "
        f"papers the desks had no time for in the last week: {course.desk_waiting}",
    ]
    if path:
        page(path, course, found, head)
    lines = [
        f"{'holds' if bar.holds else 'MISSED':6}  {bar.name} ({bar.asked}): {bar.found}" for bar in bars(course, found)
    ]
    return [*head, *lines]
