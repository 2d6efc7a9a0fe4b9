"""The time machine: any half-year counted again under any definition, and the bridge from one count to the other.

A bridge goes step by step, one condition at a time, from the first definition to the second; every child that comes or
goes falls under the condition that made it so. It adds up, or nothing is told.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.engine import Connection

from childledger import calendar, db
from childledger.errors import CheckFailed, LedgerError
from childledger.ledger import definitions, facts
from childledger.ledger.definitions import Definition

CONDITIONS = {
    "age": ("under_age",),
    "months": ("months",),
    "company": ("unaccompanied",),
    "districts": ("exempt",),
    "boundary": ("rule", "rests_on"),
}
"""Cause → the fields of a definition that make it."""
KEY_CARE = "key_care"


@dataclass(frozen=True)
class Step:
    """One condition changed: children it takes out and brings in, and the count after it."""

    cause: str
    gone: int
    come: int
    count: int


def last_day(half_year: str, now: date) -> date:
    """The day a half-year (2026H1) is counted on: its last, or today while it runs; LedgerError for one not begun."""
    if not re.fullmatch(r"20\d\dH[12]", half_year) or half_year > calendar.half_year(now):
        raise LedgerError(f"[{half_year}] is no half-year that has begun, as {calendar.half_year(now)} has")
    return min(calendar.end_of_half_year(half_year), now)


def recount(conn: Connection, definition: Definition, day: date, known: int | None = None) -> dict[str, int]:
    """Children under a definition on a day by county, by the records of that day; `known`: as a refresh knew them."""
    _lay_out(conn, [definition], day, known)
    return _counts(conn, 0, day)


def bridge(
    conn: Connection, first: Definition, second: Definition, day: date, known: int | None = None
) -> tuple[int, list[Step]]:
    """The count under the first definition and the steps to the second; CheckFailed if they do not add up."""
    causes, path = zip(*_path(first, second), strict=True)
    _lay_out(conn, path, day, known)
    counts = [sum(_counts(conn, place, day).values()) for place in range(len(path))]
    moved: Counter[tuple[int, bool]] = Counter()
    for row in db.run(conn, "ledger/compare_steps", day=day, last=len(path) - 1):
        moved[row.step, row.is_gone] = row.children
    told = zip(causes[1:], counts[1:], strict=True)
    steps = [Step(cause, moved[n, True], moved[n, False], count) for n, (cause, count) in enumerate(told, 1)]
    gone, come = sum(step.gone for step in steps), sum(step.come for step in steps)
    if counts[0] - gone + come != counts[-1]:
        raise CheckFailed(f"bridge: {counts[0]} - {gone} + {come} is not {counts[-1]}")
    return counts[0], steps


def _path(first: Definition, second: Definition) -> Iterator[tuple[str, Definition]]:
    """The first definition, and each one with one condition more of the second, which comes last."""
    causes, narrows = list(CONDITIONS), KEY_CARE in (first.rule, second.rule)
    if second.rule == KEY_CARE:  # narrows what the other conditions then no longer change
        causes.insert(0, causes.pop())
    yield "", first
    for cause in causes:
        wanted = {field: getattr(second, field) for field in CONDITIONS[cause]}
        if wanted != {field: getattr(first, field) for field in CONDITIONS[cause]}:
            first = dataclasses.replace(first, **wanted)
            yield KEY_CARE if cause == "boundary" and narrows else cause, first


def _lay_out(conn: Connection, path: Sequence[Definition], day: date, known: int | None) -> None:
    """Who qualifies under each definition of a path, by its place in it."""
    facts.touch_everybody(conn, day)
    facts.lay_out(conn, known)
    definitions.prepare(conn, day, known)
    for tier in sorted({tier for definition in path for tier in definition.rests_on}):
        definitions.qualify(conn, definitions.at(tier, day), known=known)
    for place, definition in enumerate(path):
        named = dataclasses.replace(definition, tier="step", version=str(place))
        definitions.qualify(conn, named, known=known)


def _counts(conn: Connection, place: int, day: date) -> dict[str, int]:
    return {row.county_code: row.children for row in db.run(conn, "ledger/count_step", step=str(place), day=day)}
