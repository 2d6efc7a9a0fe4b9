"""Refresh duty: every child is looked at again in time, the work of a village spread evenly, and nobody slips past half
a year unless an officer answers for the child by name.

All clocks follow from days in the database: nothing is late because a scheduler was.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from sqlalchemy.engine import Connection

from childledger import calendar, db
from childledger.errors import DutyMissed, LedgerError
from childledger.ledger import definitions
from childledger.ledger.cadence import FLOOR_DAYS
from childledger.ledger.rules import rules
from childledger.pace import pace

WEEKS = 26
"""How far the forecast looks: half a year."""


def unrefreshed(conn: Connection, day: date, by: date, days: int) -> list[Any]:
    """Children who had had no new evidence for `days` by one day, without those somebody answers for on another."""
    values = {"day": day, "by": by, "days": days, "under_age": definitions.at("monitored", by).under_age}
    return list(db.run(conn, "ledger/list_unrefreshed", **values))


def blocking(conn: Connection, day: date, round_name: str) -> list[Any]:
    """Children (county_code, child_id, last_evidence_date, days) that keep a round from being closed on a day: past the
    floor by the end of the round (2026H1), and nobody answers for them.
    """
    return unrefreshed(conn, day, min(day, calendar.end_of_half_year(round_name)), FLOOR_DAYS)


def watch(conn: Connection, day: date) -> list[str]:
    """Lines of warning per county; DutyMissed, with them, when children passed the floor and nobody answers."""
    warn = rules().cadence.warn_after_days
    found = unrefreshed(conn, day, day, warn)
    missed, near = (
        Counter(row.county_code for row in found if (row.days >= FLOOR_DAYS) == is_missed)
        for is_missed in (True, False)
    )
    warnings = [f"{county}: {number} children without new evidence for {warn} days" for county, number in near.items()]
    if missed:
        told = ", ".join(f"{county}: {number}" for county, number in missed.items())
        lines = [f"children without new evidence for {FLOOR_DAYS} days, by county: {told}", *warnings]
        raise DutyMissed("; ".join(lines))
    return warnings


def grant(conn: Connection, child_id: int, reason: str, officer: str, granted: date, until: date) -> int:
    """Record that an officer answers for a child until a day; its number. LedgerError for one nobody may grant."""
    if not granted <= until <= granted + timedelta(days=FLOOR_DAYS):
        raise LedgerError(f"an exception ends within {FLOOR_DAYS} days of {granted}: the floor can't be set aside")
    values = {"child_id": child_id, "reason": reason, "officer": officer, "granted": granted, "until": until}
    number: int | None = db.run(conn, "ledger/insert_exception", **values).scalar()
    if number is None:
        raise LedgerError(f"no child has number [{child_id}]")
    return number


def owe_visits(conn: Connection, day: date) -> None:
    """Lay out, for the transaction, the children a director must see again within the days of a plan."""
    until, _ = calendar.add_working_days(day, pace().plan_working_days)
    values = {"cadence": db.json(rules().cadence.duties), "under_age": definitions.at("monitored", day).under_age}
    db.run(conn, "ledger/create_owed_visit", as_of=day, until=until, **values)


def forecast(conn: Connection, day: date, county_code: str | None = None) -> dict[tuple[str, ...], list[int]]:
    """What falls due in each of the coming 26 weeks, by (county, township, village, duty); overdue in the first."""
    under_age = definitions.at("monitored", day).under_age
    values = {"cadence": db.json(rules().cadence.duties), "under_age": under_age, "weeks": WEEKS}
    told: dict[tuple[str, ...], list[int]] = {}
    for row in db.run(conn, "ledger/list_load", as_of=day, county_code=county_code, **values):
        place = (row.county_code, row.township or "?", row.village or "?", row.duty)
        told.setdefault(place, [0] * WEEKS)[row.week] = row.number
    return told
