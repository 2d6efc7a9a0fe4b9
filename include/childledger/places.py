"""Administrative divisions: which codes exist or existed, which are this province's own, and what they are called.

Sources: include/reference/README.txt (MCA place-name database 2026-09; change events 1980-2026; NBS zone codes).
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterator
from dataclasses import dataclass

from childledger import provinces
from childledger.provinces import Province
from childledger.settings import INCLUDE

REFERENCE = INCLUDE / "reference"
KINDS = {"区": "市辖区", "市": "县级市"}
"""Last character of a county's name → its kind; all others are 县."""


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


def counties() -> dict[str, County]:
    """The counties of the province served (settings.province) by code, as they are now."""
    return _counties_of(provinces.province())


@functools.cache
def _counties_of(served: Province) -> dict[str, County]:
    return {
        row["code"]: County(
            row["code"],
            row["name"],
            row["city_code"] or f"{row['code'][:4]}00",
            row["city_name"] or served.name,
            KINDS.get(row["name"][-1], "县"),
        )
        for row in _rows("national_counties_current.csv")
        if row["province_code"] == served.code
    }


@functools.cache
def _current() -> frozenset[str]:
    """Every county code of the country as it is now."""
    return frozenset(row["code"] for row in _rows("national_counties_current.csv"))


@functools.cache
def successors() -> dict[str, str]:
    """Abolished county code → the code that took its place, as far as the change events tell (Henan's only)."""
    events = sorted(_rows("henan_history.csv"), key=lambda row: row["year"])
    direct = {r["old_code"]: r["new_code"] for r in events if r["old_code"] and r["new_code"]}
    return {old: _follow(direct, old) for old in direct}


def _follow(direct: dict[str, str], code: str) -> str:
    seen = {code}
    while code in direct and direct[code] not in seen and code not in _current():
        code = direct[code]
        seen.add(code)
    return code


@functools.cache
def divisions() -> frozenset[str]:
    """Every county code of the country that exists, or existed in Henan; no zone pseudo-codes."""
    history = {row[side] for row in _rows("henan_history.csv") for side in ("old_code", "new_code")}
    return _current() | history - {""}


def current_code(code: str) -> str:
    """Today's code for a division: abolished ones are followed to their successor, others stay.

    >>> current_code("412702"), current_code("410105")
    ('411681', '410105')
    """
    return code if code in _current() else successors().get(code, code)


def county_name(code: str) -> str:
    """市 and county for people to read, or the code itself where it is not one of ours."""
    county = counties().get(code)
    if county is None:
        return code
    return county.name if county.name == county.city_name else f"{county.city_name}{county.name}"
