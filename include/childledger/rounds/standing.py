"""Which rounds there are on a day, in which state, and what keeps each open: code and count, no names.

A round follows from the business date and the signatures alone, so days without a scheduler change nothing.
"""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from childledger import calendar, db, places, rulefile
from childledger.errors import ContractError
from childledger.rounds import counts
from childledger.settings import INCLUDE

ALWAYS = {
    "not_over",
    "never_refreshed",
    "files_missing",
    "files_held",
    "files_not_counted",
    "children_overdue",
    "differences",
}
"""Reasons nobody can configure away."""


Overdue = Callable[[str], Mapping[str, int]]
"""Round → county → children past the floor whom nobody answers for by name; the ledger's duties know them."""


@dataclass(frozen=True)
class Rules:
    """rules/rounds.yaml."""

    close_within_days: int
    may_stand: frozenset[str]
    """Reasons that are told and signed over."""


@functools.cache
def rules() -> Rules:
    """Read rules/rounds.yaml; ContractError where it lists a reason that always hinders."""
    told = rulefile.load(INCLUDE / "rules" / "rounds.yaml")
    found = Rules(told["close_within_days"], frozenset(told["may_stand"]))
    if found.close_within_days < 1 or found.may_stand & ALWAYS:
        raise ContractError(
            f"rounds.yaml: close_within_days is at least 1; may_stand can't hold any of {sorted(ALWAYS)}"
        )
    return found


@dataclass
class Standing:
    """One county's round on a day."""

    round_name: str
    county_code: str
    opened_on: date
    last_day: date
    due_on: date
    state: str
    """running, due (over, not closed), late (past its deadline) or closed."""
    version: int | None
    """Newest signed version, be it reopened or not."""
    closed_on: date | None
    is_reopened: bool
    days_left: int
    """Until the deadline; negative when it has passed."""
    reasons: dict[str, int] = field(default_factory=dict)
    """Code → count, of what keeps it open."""
    told: dict[str, int] = field(default_factory=dict)
    """Code → count, of what is told and may be signed over."""

    @property
    def is_ready(self) -> bool:
        """Over, not closed, and nothing stands against it."""
        return self.state in ("due", "late") and not self.reasons


def keep(conn: Connection, since: date, as_of: date) -> None:
    """Open every half-year that begins on `since` or later and has begun by a day in Beijing, for every county."""
    db.run(conn, "rounds/lock_rounds")
    begun = calendar.periods_begun(since, as_of, 6, rules().close_within_days)
    periods = [
        {"round_name": p.name, "opened_on": p.first, "last_day": p.last, "due_on": p.due, "basis": p.basis}
        for p in begun
    ]
    counties = db.json(sorted(places.counties()))
    db.run(conn, "rounds/upsert_rounds", periods=db.json(periods), counties=counties, as_of=as_of)


def standings(
    conn: Connection, as_of: date, overdue: Overdue, round_name: str | None = None, county_code: str | None = None
) -> list[Standing]:
    """Rounds as of a day with what keeps the unclosed ones open, newest first, then by county.

    The accounting of a round is not among the reasons here; it is counted where somebody signs.
    """
    rows = db.run(conn, "rounds/list_rounds", as_of=as_of, round_name=round_name, county_code=county_code).all()
    reasons = {
        name: _reasons(conn, name, first, last, as_of, county_code, overdue(name))
        for name, first, last in sorted({(r.round_name, r.opened_on, r.last_day) for r in rows if r.state != "closed"})
    }
    return [_standing(row, as_of, reasons.get(row.round_name, {}).get(row.county_code, {})) for row in rows]


def _reasons(
    conn: Connection,
    round_name: str,
    first_day: date,
    last_day: date,
    as_of: date,
    county_code: str | None,
    overdue: Mapping[str, int],
) -> Mapping[str, Counter[str]]:
    head = db.run(conn, "rounds/get_refresh", refresh_id=None).one_or_none()
    found: dict[str, Counter[str]] = defaultdict(Counter)
    values = {"first_day": first_day, "last_day": last_day, "as_of": as_of, "county_code": county_code}
    for row in db.run(conn, "rounds/list_reasons", **values):
        found[row.county_code][row.code] = row.found
    for row in counts.compare(conn, round_name, county_code, head.refreshed_at, None) if head else ():
        found[row.county_code].update({"counts_differ": 1} if row.told != row.counted else {})
    everywhere = "never_refreshed" if head is None else "not_over" if head.as_of_date <= last_day else None
    for code in [county_code] if county_code else places.counties():
        found[code].update({everywhere: 1} if everywhere else {})
        found[code].update({"children_overdue": overdue[code]} if overdue.get(code) else {})
    return found


def _standing(row: Any, as_of: date, reasons: Mapping[str, int]) -> Standing:
    is_closed = row.state == "closed"
    may_stand = rules().may_stand
    return Standing(
        **{name: getattr(row, name) for name in ("round_name", "county_code", "opened_on", "last_day", "due_on")},
        **{name: getattr(row, name) for name in ("state", "version", "closed_on", "is_reopened")},
        days_left=(row.due_on - as_of).days,
        reasons={} if is_closed else {code: count for code, count in reasons.items() if code not in may_stand},
        told={} if is_closed else {code: count for code, count in reasons.items() if code in may_stand},
    )


def count_stale(conn: Connection, county_code: str, as_of: date) -> int:
    """What was said of children in a county's ledger and ran out with nothing newer in its place: child and kind."""
    return int(db.run(conn, "rounds/count_stale", county_code=county_code, as_of=as_of).scalar_one())


def coverage(conn: Connection, standing: Standing, as_of: date) -> dict[str, dict[str, int]]:
    """Per department, the files owed for a round by their state in the register."""
    values = {"first_day": standing.opened_on, "last_day": standing.last_day, "county_code": standing.county_code}
    told: dict[str, dict[str, int]] = defaultdict(Counter)
    for row in db.run(conn, "rounds/list_coverage", as_of=as_of, **values):
        told[row.department][row.state] += 1
    return told


def signings(conn: Connection, standing: Standing) -> list[Any]:
    """Every version signed of a round, with its reopening."""
    values = {"round_name": standing.round_name, "county_code": standing.county_code}
    return list(db.run(conn, "rounds/list_signings", **values))
