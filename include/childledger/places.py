"""Administrative divisions: which codes exist or existed, which are this province's own, and what they are called.

Sources: include/reference/README.txt (MCA place-name database 2026-09; change events 1980-2026; NBS zone codes).
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from childledger import provinces
from childledger.provinces import Province
from childledger.settings import INCLUDE

REFERENCE = INCLUDE / "reference"
KINDS = {"区": "市辖区", "市": "县级市"}
"""Last character of a county's name → its kind; all others are 县."""
LATEST = 9999
QUARTER = (
    "(?:城.*|.|"
    "东城|西城|老城|古城|新城|新市|西市|上城|东山|西山|东湖|西湖|南湖|北湖|滨湖|湖滨|滨江|滨城|"
    "江北|江南|江东|河东|河西|河北|河口|桥东|桥西|路北|路南|市北|市南|站前|解放|振兴|友好|光明|"
    "复兴|新兴|新华|前进|红旗|太平|太和|平安|和平|安居|安定|港口|工农|龙湖|龙城|龙山|宝山|金山|"
    "南海|海港|运河|莲湖|东兴"
    ")区"
)
"""What parts of towns and estates are called, too: a county only behind its city or province."""


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


@dataclass(frozen=True)
class Tenure:
    """From when to when a code stood for one division, and the code that took its place."""

    first_year: int
    end_year: int | None
    successor: str
    """Empty where the change events do not tell it."""


@functools.cache
def _tenures() -> dict[str, list[Tenure]]:
    """Every code's tenures in order, Henan's only; one code can have several: 419001 was 义马市, then 济源市.

    Left out: cities (…00), codes reassigned in place (码位改派), namesakes in two provinces: noise of the eighties.
    """
    ends: dict[str, list[tuple[int, str]]] = {}
    starts: dict[str, list[int]] = {}
    for row in _rows("henan_history.csv"):
        old, new, year = row["old_code"], row["new_code"], int(row["year"])
        if old == new or new.endswith("00") or (old and new and old[:2] != new[:2]):
            continue
        if old:
            ends.setdefault(old, []).append((year, new))
        if new:
            starts.setdefault(new, []).append(year)
    return {code: _as_tenures(ends.get(code, []), starts.get(code, [])) for code in ends.keys() | starts.keys()}


def _as_tenures(ends: list[tuple[int, str]], starts: list[int]) -> list[Tenure]:
    found, since = [], 0
    for year, successor in sorted(ends):
        found.append(Tenure(min((s for s in starts if since <= s <= year), default=since), year, successor))
        since = year
    later = [s for s in starts if s >= since]
    return [*found, Tenure(min(later), None, "")] if later else found


def _tenure(code: str, year: int) -> Tenure | None:
    """The tenure of a code in a year, else the one before, else the first."""
    known = _tenures().get(code, [])
    return next((t for t in reversed(known) if t.first_year <= year), known[0] if known else None)


@functools.cache
def divisions() -> frozenset[str]:
    """Every county code of the country that exists, or existed in Henan; neither cities nor zone pseudo-codes."""
    history = {row[side] for row in _rows("henan_history.csv") for side in ("old_code", "new_code")}
    current = {row["code"] for row in _rows("national_counties_current.csv")}
    return frozenset(current | {code for code in history if code and not code.endswith("00")})


def current_code(code: str, day: date | None = None) -> str:
    """Today's code of the division a code stood for on a day (today if absent), followed through every change.

    An abolished code still stands for what it last was; one without a known successor stays as it is.

    >>> current_code("412702"), current_code("419001"), current_code("419001", date(1990, 6, 1))
    ('411681', '419001', '411281')
    """
    tenure = _tenure(code, day.year if day else LATEST)
    while tenure and tenure.end_year and tenure.successor:
        code, tenure = tenure.successor, _tenure(tenure.successor, tenure.end_year)
    return code


@functools.cache
def zone_hosts() -> dict[str, str]:
    """Statistical code of a zone → the one county all its townships known by name lie in; empty where unsure."""
    return {row["nbs_statistical_code"]: row["host_county_code"] for row in _rows("henan_nbs_zone_codes.csv")}


def county_on(code: str, day: date) -> str | None:
    """Today's code of the county a code on a row of that day names, zones by their host; None where it names none."""
    if code in zone_hosts():
        return zone_hosts()[code] or None
    return current_code(code, day) if code in divisions() else None


def county_name(code: str) -> str:
    """市 and county for people to read, or the code itself where it is not one of ours."""
    county = counties().get(code)
    if county is None:
        return code
    return county.name if county.name == county.city_name else f"{county.city_name}{county.name}"


@functools.cache
def codes_by_name() -> dict[str, str]:
    """How addresses begin → county code: province, city and county, the first two shortened or left out.

    Left out only where one county alone can be meant, and not before what is as often a part of a town.

    >>> codes_by_name()["河南省郑州市中牟县"], codes_by_name()["郑州中牟县"], codes_by_name()["中牟县"]
    ('410122', '410122', '410122')
    >>> codes_by_name()["河南鼓楼区"], codes_by_name().get("鼓楼区")
    ('410204', None)
    """
    rows = [*_rows("national_counties_current.csv")]
    known: dict[str, set[str]] = {}
    for row in rows:
        for province in _written(row["province_name"]):
            for city in _written(row["city_name"]):
                for county in {row["name"], re.sub("回族区$", "区", row["name"])}:
                    known.setdefault(province + city + county, set()).add(row["code"])
    return {name: min(codes) for name, codes in known.items() if len(codes) == 1 and not re.fullmatch(QUARTER, name)}


def _written(name: str) -> set[str]:
    """A province or city in full, as people shorten it, and left out: 新乡市, 新乡; 广西壮族自治区, 广西."""
    return {name, re.sub("(?:省|市|地区|盟|(?:壮族|回族|维吾尔)?自治区)$", "", name), ""}


def division_title(code: str) -> str:
    """Province, 市 and county of any county of the country as it is now, or the code itself where there is none.

    >>> division_title("411681"), division_title("440106"), division_title("999999")
    ('河南省周口市项城市', '广东省广州市天河区', '999999')
    """
    return _titles().get(code, code)


@functools.cache
def _titles() -> dict[str, str]:
    return {
        row["code"]: row["province_name"] + (row["city_name"] if row["city_name"] != row["name"] else "") + row["name"]
        for row in _rows("national_counties_current.csv")
    }
