"""Definitions: who counts as which kind of migrant child, one file a version; the date says which is in force.

A version is a boundary (sql/definitions/<rule>.sql) with an age, a number of months and the districts it leaves out. It
says on which days a child meets it, by the records of a day; nothing is asked day by day. Versions that were never in
force here are kept to compare with, each with its source.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.engine import Connection

from childledger import db, places, precedence, rulefile
from childledger.errors import ContractError, LedgerError
from childledger.ledger.rules import rules
from childledger.settings import INCLUDE

FOLDER = INCLUDE / "rules" / "definitions"
UNPROVEN = {"monitored": "candidate"}
"""Tier → the tier of children of whom only months or company are not proven; none: they count nowhere."""


@dataclass(frozen=True)
class Definition:
    """One version of one tier: rules/definitions/<tier>.<version>.yaml."""

    tier: str
    version: str
    title: str
    legal_basis: str
    source: str
    """Who attests it, with the confidence of that."""
    valid_from: date | None
    """First day it is in force here; None: never, only to compare with."""
    rule: str
    """sql/definitions/<rule>.sql: which boundary the child crossed."""
    under_age: int
    months: int = 0
    exempt: str | dict[str, list[str]] | None = None
    """Districts among which a move is none: by name of a list, or city code → district codes."""
    unaccompanied: Sequence[str] = ()
    """Values of lives_with by which neither parent nor guardian came along."""
    rests_on: Sequence[str] = ()
    """Tiers it is chosen from."""

    @property
    def name(self) -> str:
        """<tier>.<version>, as its file is called."""
        return f"{self.tier}.{self.version}"

    def exempt_districts(self) -> dict[str, list[str]]:
        """City code → districts that count as one place."""
        if isinstance(self.exempt, str):
            return {"central_urban_districts": local().central_urban_districts, "districts": _districts()}[self.exempt]
        return self.exempt or {}


@dataclass(frozen=True)
class Local:
    """What the definitions leave to the place: rules/local.yaml."""

    central_urban_districts: dict[str, list[str]]
    short_return_days: int


@functools.cache
def local() -> Local:
    """Read rules/local.yaml."""
    return Local(**rulefile.load(INCLUDE / "rules" / "local.yaml"))


def _districts() -> dict[str, list[str]]:
    """Every 市辖区 of the province by its city."""
    found: dict[str, list[str]] = {}
    for county in places.counties().values():
        if county.kind == "市辖区":
            found.setdefault(county.city_code, []).append(county.code)
    return found


@functools.cache
def definitions() -> dict[str, Definition]:
    """Every version by name; ContractError for a file whose name or rule is not what it says."""
    found = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        definition = Definition(**rulefile.load(path))
        if definition.name != path.stem or not (INCLUDE / "sql" / "definitions" / f"{definition.rule}.sql").exists():
            raise ContractError(f"{path.name}:1: tier, version or rule is not what the name or sql/definitions says")
        found[definition.name] = definition
    return found


def named(name: str) -> Definition:
    """The version with this name; LedgerError when there is none such."""
    if name not in definitions():
        raise LedgerError(f"no definition is called [{name}]; see childledger definitions")
    return definitions()[name]


def in_force(tier: str) -> list[tuple[Definition, date | None]]:
    """The versions of a tier that were ever in force here, oldest first, each with the first day it no longer is."""
    own = [found for found in definitions().values() if found.tier == tier and found.valid_from]
    versions = sorted(own, key=lambda found: found.valid_from or date.max)
    ends = [*(following.valid_from for following in versions[1:]), None]
    return list(zip(versions, ends, strict=False))


def at(tier: str, day: date) -> Definition:
    """The version of a tier in force on a day; before there was any, the first."""
    versions = [found for found, _ in in_force(tier)]
    begun = [found for found in versions if found.valid_from and found.valid_from <= day]
    return begun[-1] if begun else versions[0]


def begin_after(since: date, until: date) -> bool:
    """Whether a version came into force after one day, by another: then all children are looked at."""
    return any(since < found.valid_from <= until for found in definitions().values() if found.valid_from)


def prepare(conn: Connection, day: date, known: int | None = None) -> None:
    """Lay out what was said of touched children by a day of places, months, company and birth: all that definitions
    read; `known`: as a refresh knew it.
    """
    values = {"as_of": day, "precedence": db.json(precedence.by_feed())}
    db.run(conn, "ledger/create_held", **values)
    db.run(conn, "ledger/index_held")
    db.run(conn, "ledger/analyze_held")
    db.run(conn, "ledger/create_born", known=known, **values)
    db.run(conn, "ledger/create_crossing")
    db.run(conn, "ledger/create_qualifying")


def qualify(
    conn: Connection,
    definition: Definition,
    since: date | None = None,
    until: date | None = None,
    known: int | None = None,
) -> None:
    """Add to `qualifying` who meets a version, on the days from `since` until before `until`, or on all."""
    db.run(conn, "ledger/empty_crossing")
    values = {
        "own_counties": db.json(sorted(places.counties())),
        "exempt": db.json(definition.exempt_districts()),
        "reasons": db.json(rules().key_care),
        "own_requests": db.json(rules().own_requests),
        "known": known,
    }
    rule = db.query(f"definitions/{definition.rule}")
    conn.execute(rule, {name: value for name, value in values.items() if f":{name}" in rule.text})
    db.run(
        conn,
        "ledger/qualify",
        tier=definition.tier,
        unproven_tier=UNPROVEN.get(definition.tier),
        definition_version=definition.version,
        under_age=definition.under_age,
        months=definition.months,
        unaccompanied=db.json(list(definition.unaccompanied)),
        short_return_days=local().short_return_days,
        in_force_from=since,
        in_force_until=until,
    )
