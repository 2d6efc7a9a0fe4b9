"""The register: which county owes which file for which period, and one alarm for each that nobody sent in time.

What is owed follows from contracts, counties and rules/register.yaml; whether it came follows from the receipts. So a
run that comes days late finds the same states and the same alarms, with their true days, as one that ran every morning.
"""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db, places, rulefile
from childledger.calendar import periods_begun
from childledger.contracts import Contract
from childledger.errors import ContractError
from childledger.settings import INCLUDE

log = logging.getLogger(__name__)

RULES = INCLUDE / "rules" / "register.yaml"
SENDER = ("feed", "department", "county_code", "first_period", "excluded_reason")
BEGUN = ("feed", "period_name", "first_day", "last_day", "due_on", "basis")


@dataclass(frozen=True)
class Deviation:
    """A feed, a county, or one feed of one county that owes later than the rest, or nothing."""

    reason: str
    feed: str | None = None
    county: str | None = None
    first_period: date | None = None
    """Nothing is owed for a period that begins before it; None: nothing is owed at all."""

    def fits(self, feed: str, county_code: str) -> bool:
        """Whether it is about this feed of this county."""
        return self.feed in (None, feed) and self.county in (None, county_code)


@dataclass(frozen=True)
class Rules:
    """Who owes what from when, as rules/register.yaml tells it."""

    first_period: date
    exceptions: tuple[Deviation, ...] = ()

    def owed(self, feed: str, county_code: str) -> tuple[date, str | None]:
        """The day from which a county owes a feed, and why it does not after all."""
        for one in self.exceptions:
            if one.fits(feed, county_code):
                return (one.first_period, None) if one.first_period else (self.first_period, one.reason)
        return self.first_period, None


@functools.cache
def rules() -> Rules:
    """Read rules/register.yaml; ContractError says what in it can't be meant."""
    return read_rules(RULES.read_text(encoding="utf-8"))


def read_rules(text: str) -> Rules:
    """Read the rules from YAML; ContractError for an entry that names nobody, somebody unknown, or no reason."""
    try:
        told = rulefile.parse(RULES.name, text)
        first = date.fromisoformat(told["first_period"])
        return Rules(first, tuple(map(_deviation, told["exceptions"])))
    except (KeyError, TypeError, ValueError) as error:
        raise ContractError(f"{RULES.name}: needs first_period: 'YYYY-MM-DD' and exceptions: []; {error}") from None


def _deviation(entry: Mapping[str, str]) -> Deviation:
    known = {"feed", "county", "first_period", "reason"}
    if not entry.get("reason") or not {"feed", "county"} & set(entry) or set(entry) - known:
        raise ContractError(
            f"{RULES.name}: an exception is a feed or county with a reason, of {sorted(known)}: {entry}"
        )
    if entry.get("county", next(iter(places.counties()))) not in places.counties():
        raise ContractError(f"{RULES.name}: unknown county [{entry['county']}]; six digits of the province, quoted")
    since = date.fromisoformat(entry["first_period"]) if "first_period" in entry else None
    return Deviation(entry["reason"], entry.get("feed"), entry.get("county"), since)


def keep(conn: Connection, feeds: Mapping[str, Contract], as_of: date, by: Rules | None = None) -> dict[str, int]:
    """Bring duties and alarms to what they are as of a day in Beijing; return duties by state, overdue and alarms."""
    started = time.monotonic()
    by = by or rules()
    owing = {feed: contract for feed, contract in feeds.items() if contract.cadence_months}
    db.run(conn, "register/lock_register")
    db.run(conn, "register/create_senders")
    db.run(conn, "register/create_periods")
    db.copy_rows(conn, "sender", SENDER, _senders(owing, by))
    db.copy_rows(conn, "begun", BEGUN, _begun(owing, by, as_of))
    db.run(conn, "register/delete_duties_gone", as_of=as_of, first_period=by.first_period)
    db.run(conn, "register/upsert_duties", as_of=as_of)
    db.run(conn, "register/delete_alarms_gone", as_of=as_of)
    db.run(conn, "register/upsert_alarms", as_of=as_of)
    states = db.run(conn, "register/count_duties", as_of=as_of).all()
    counts = {row.state: row.duties for row in states} | {"overdue": sum(row.overdue for row in states)}
    db.record_stage(conn, "register", time.monotonic() - started, None, **counts)
    log.info("register as of %s: %s", as_of, counts)
    return counts


def _senders(feeds: Mapping[str, Contract], by: Rules) -> Iterator[tuple[Any, ...]]:
    for feed, contract in feeds.items():
        for county_code in places.counties():
            yield feed, contract.department, county_code, *by.owed(feed, county_code)


def _begun(feeds: Mapping[str, Contract], by: Rules, as_of: date) -> Iterator[tuple[Any, ...]]:
    since = min([by.first_period, *(one.first_period for one in by.exceptions if one.first_period)])
    for feed, contract in feeds.items():
        for period in periods_begun(since, as_of, contract.cadence_months, contract.late_after_days):
            yield feed, period.name, period.first, period.last, period.due, period.basis


def list_duties(
    conn: Connection, as_of: date, county_code: str | None = None, feed: str | None = None, overdue_only: bool = False
) -> list[Any]:
    """Duties as of a day with their state, oldest first; of all counties and feeds, or of one."""
    wanted = {"county_code": county_code, "feed": feed, "overdue_only": overdue_only}
    return list(db.run(conn, "register/list_duties", as_of=as_of, **wanted))
