"""Administrative divisions: which codes exist, existed or are statistical stand-ins, and what they are called.

Sources: include/reference/README.txt (MCA place-name database 2026-09; change events 1980-2026; NBS zone codes).
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterator
from dataclasses import dataclass

from childledger.settings import INCLUDE

REFERENCE = INCLUDE / "reference"


@dataclass(frozen=True)
class County:
    """One county-level division of the province."""

    code: str
    name: str
    city_code: str
    city_name: str
    kind: str
    """市辖区, 县 or 县级市."""


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream)


@functools.cache
def counties() -> dict[str, County]:
    """The province's counties by code, as they are now."""
    return {
        row["county_code"]: County(
            row["county_code"], row["county_name"], row["city_code"], row["city_name"], row["kind"]
        )
        for row in _rows("henan_counties_current.csv")
    }


@functools.cache
def successors() -> dict[str, str]:
    """Abolished county code → the code that took its place, as far as the change events tell."""
    events = sorted(_rows("henan_history.csv"), key=lambda row: row["year"])
    direct = {r["old_code"]: r["new_code"] for r in events if r["old_code"] and r["new_code"]}
    return {old: _follow(direct, old) for old in direct}


def _follow(direct: dict[str, str], code: str) -> str:
    seen = {code}
    while code in direct and direct[code] not in seen and code not in counties():
        code = direct[code]
        seen.add(code)
    return code


@functools.cache
def divisions() -> frozenset[str]:
    """Every county code of the country that exists, or existed in the province; no zone pseudo-codes."""
    national = {row["code"] for row in _rows("national_counties_current.csv")}
    history = {row[side] for row in _rows("henan_history.csv") for side in ("old_code", "new_code")}
    return frozenset(national | history | set(counties())) - {""}


def current_code(code: str) -> str:
    """Today's code for a division: abolished ones are followed to their successor, others stay.

    >>> current_code("412702"), current_code("410105")
    ('411681', '410105')
    """
    return code if code in counties() else successors().get(code, code)


def county_name(code: str) -> str:
    """市 and county for people to read, or the code itself where it is not one of ours."""
    county = counties().get(code)
    return f"{county.city_name}{county.name}" if county else code
