"""The accounting of a round: from files to queue items, each step's difference told by cause, down to zero.

What goes in, each cause and what comes out are counted apart, so that what no cause explains shows as a difference.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db

FEED_COUNTS = (
    "deliveries", "repeated", "files", "refused", "nil", "waiting", "taken", "lines", "header", "blank", "rejected",
    "accepted", "superseded", "withdrawn", "in_force", "awaiting",
)  # fmt: skip
"""What is counted of each feed, as its department counts it."""
CAUSES = ("elsewhere", "not_yet", "place_unknown", "of_age", "at_home", "outside_province", "one_city", "cancelled")
"""Why a child the files speak of has no entry in this county's ledger."""
Counts = Mapping[str, int]


@dataclass(frozen=True)
class Definition:
    """What decides whether a child is monitored, as the ledger was computed by."""

    under_age: int
    central_urban_districts: Mapping[str, list[str]]
    own_counties: list[str]


@dataclass(frozen=True)
class Step:
    """One line of the statement: what went in, what was added and taken away by cause, what came out."""

    name: str
    went_in: int
    explained: dict[str, int]
    """Cause → children, rows … added (positive) or taken away (negative); no zeros."""
    came_out: int

    @property
    def difference(self) -> int:
        """What no cause explains; zero, or nobody may sign."""
        return self.came_out - self.went_in - sum(self.explained.values())


@dataclass(frozen=True)
class Account:
    """One county's round in counts."""

    steps: tuple[Step, ...]
    feeds: dict[str, dict[str, int]]
    """Feed → counts: the two-way register with its department. Empty name: files that belong to no feed."""

    @property
    def differences(self) -> int:
        """Steps that do not add up."""
        return sum(1 for step in self.steps if step.difference)


@dataclass(frozen=True)
class Period:
    """What an account is of: a half-year, of one county or all, as a refresh found it."""

    first_day: date
    last_day: date
    refresh: Any
    """refresh_id, as_of_date and refreshed_at of a published refresh."""
    county_code: str | None = None


def list_receipts(conn: Connection, of: Period) -> list[Any]:
    """The files of it: receipt_id, county_code, sha256, verdict."""
    values = {"first_day": of.first_day, "last_day": of.last_day, "county_code": of.county_code}
    return list(db.run(conn, "rounds/list_receipts", known_at=of.refresh.refreshed_at, **values))


def account(conn: Connection, of: Period, by: Definition) -> dict[str, Account]:
    """The account of each county with a file or an entry."""
    receipt_ids = [receipt.receipt_id for receipt in list_receipts(conn, of)]
    pinned = {"receipt_ids": receipt_ids, "known_at": of.refresh.refreshed_at}
    feeds: dict[str, dict[str, dict[str, int]]] = defaultdict(dict)
    for row in db.run(conn, "rounds/count_rows", **pinned):
        feeds[row.county_code][row.feed] = {name: int(getattr(row, name)) for name in FEED_COUNTS}
    values = {
        "known": of.refresh.refresh_id,
        "as_of": of.refresh.as_of_date,
        "county_code": of.county_code,
        "under_age": by.under_age,
        "central_urban_districts": db.json(by.central_urban_districts),
        "own_counties": db.json(by.own_counties),
    }
    children = _by_county(db.run(conn, "rounds/count_children", **pinned, **values))
    entries = _by_county(db.run(conn, "rounds/count_entries", known=of.refresh.refresh_id, county_code=of.county_code))
    counties = sorted({*feeds, *children, *entries} | ({of.county_code} if of.county_code else set()))
    none: Counter[str] = Counter()
    return {code: _account(feeds[code], children.get(code, none), entries.get(code, none)) for code in counties}


def _by_county(found: Any) -> dict[str, Counter[str]]:
    counted = (dict(row._mapping) for row in found)
    return {row.pop("county_code"): Counter(row) for row in counted}


def _account(feeds: dict[str, dict[str, int]], children: Counter[str], entries: Counter[str]) -> Account:
    rows = Counter[str]()
    for counts in feeds.values():
        rows.update(counts)
    return Account((*_of_rows(rows, children), *_of_children(children, entries)), feeds)


def _of_rows(rows: Counts, children: Counts) -> tuple[Step, ...]:
    return (
        Step("deliveries → files", rows["deliveries"], _less(rows, "repeated"), rows["files"]),
        Step("files → files taken", rows["files"], _less(rows, "refused", "nil", "waiting"), rows["taken"]),
        Step("lines → rows accepted", rows["lines"], _less(rows, "header", "blank", "rejected"), rows["accepted"]),
        Step("rows accepted → records", rows["accepted"], _less(rows, "superseded", "withdrawn"), rows["in_force"]),
        Step("records → records of children", rows["in_force"], _less(rows, "awaiting"), children["records"]),
    )


def _of_children(children: Counts, entries: Counts) -> tuple[Step, ...]:
    added = _more(children, "other_files") | _less(children, *CAUSES)
    reasons = _less(entries, "no_reason") | _more(entries, "further_reasons", "without_entry")
    ended = _less(entries, "confirmed", "dismissed", "lapsed", "flags_withdrawn")
    return (
        Step(
            "records of children → children", children["records"], _less(children, "same_child"), children["children"]
        ),
        Step("children → entries", children["children"], added, entries["entries"]),
        Step("entries → monitored", entries["entries"], _less(entries, "candidate"), entries["monitored"]),
        Step("entries → open flags", entries["entries"], reasons, entries["open_flags"]),
        Step("flags raised → open flags", entries["raised"], ended, entries["open_flags"]),
        Step("open flags → open items", entries["open_flags"], {}, entries["open_items"]),
    )


def _less(counts: Counts, *names: str) -> dict[str, int]:
    return {name: -counts[name] for name in names if counts[name]}


def _more(counts: Counts, *names: str) -> dict[str, int]:
    return {name: counts[name] for name in names if counts[name]}
