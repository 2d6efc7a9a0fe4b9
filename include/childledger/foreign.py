"""Any ODCS v3.1 contract of one table in the words of ours, so that a file can be checked by it.

What the standard can demand of a value becomes a pattern, list, date or limit; what is not said takes its default.
Not asked: multipleOf, and limits of times and timestamps.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from datetime import date, timedelta
from typing import Any

from childledger import records

NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?"
CLOCK = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?"
ZONE = r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
DAY = r"[0-9]{4}[-/](?:0?[1-9]|1[0-2])[-/](?:0?[1-9]|[12][0-9]|3[01])"
PATTERNS = {
    "integer": r"^[+-]?[0-9]+$",
    "number": f"^{NUMBER}$",
    "boolean": r"^(?:[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Yy][Ee][Ss]|[Nn][Oo]|[01YNTFyntf]|是|否)$",
    "time": f"^{CLOCK}{ZONE}$",
    "timestamp": f"^{DAY}(?:[T ]{CLOCK}{ZONE})?$",
}
"""How a type is written where the contract gives no pattern or format of its own."""
LETTERS = {
    "yyyy": "[0-9]{4}", "uuuu": "[0-9]{4}", "yy": "[0-9]{2}", "MM": "(?:0[1-9]|1[0-2])", "M": "(?:0?[1-9]|1[0-2])",
    "dd": "(?:0[1-9]|[12][0-9]|3[01])", "d": "(?:0?[1-9]|[12][0-9]|3[01])", "HH": "(?:[01][0-9]|2[0-3])",
    "H": "(?:[01]?[0-9]|2[0-3])", "mm": "[0-5][0-9]", "ss": "[0-5][0-9]", "SSS": "[0-9]{3}", "SSSSSS": "[0-9]{6}",
    "T": "T", "Z": "(?:Z|[+-][0-9]{4})", "X" * 3: "(?:Z|[+-][0-9]{2}:[0-9]{2})",
}  # fmt: skip
"""JDK DateTimeFormatter as regular expressions, for times and timestamps."""


def adopt(data: dict[str, Any], usable: dict[str, Any], usable_of_columns: dict[str, Any]) -> dict[str, Any]:
    """Rewrite a contract; `usable` tells by name which customProperties of it mean what they mean to us."""
    table: dict[str, Any] = data["schema"][0]
    named = Counter(name for column in table.get("properties", []) for name in set(_names(column)))
    columns = [_column(column, named, usable_of_columns) for column in table.get("properties", [])]
    return data | {
        "customProperties": _usable(data, usable),
        "slaProperties": [],
        "schema": [table | {"properties": columns}],
    }


def _usable(data: dict[str, Any], usable: dict[str, Any]) -> list[dict[str, Any]]:
    entries = [e for e in data.get("customProperties", []) if e["property"] in usable]
    return [entry for entry in entries if usable[entry["property"]](entry["value"])]


def _names(column: dict[str, Any]) -> list[str]:
    return [str(column[name]) for name in ("businessName", "physicalName", "name") if column.get(name)]


def _column(column: dict[str, Any], named: Counter[str], usable: dict[str, Any]) -> dict[str, Any]:
    options = {entry["property"]: entry["value"] for entry in _usable(column, usable)}
    demands = _demands(column)
    limits, kind = column.get("logicalTypeOptions", {}), column.get("logicalType", "string")
    own = [name for name in dict.fromkeys(_names(column)) if named[name] == 1 or name == column.get("name")]
    options.setdefault("headings", own)
    words = demands.get("validValues", ())
    if words and kind != "date":
        options.setdefault("lookup", {_word(value): _word(value) for value in words})
    if kind == "date":
        told = _days(limits)
    elif options.get("lookup") or options.get("check"):
        told = {}
    else:
        told = {"pattern": _pattern(kind, limits, demands)} | (
            _numbers(kind, limits) if kind in ("number", "integer") else {}
        )
    return column | {
        "required": bool(column.get("required") or demands.get("required")),
        "unique": bool(column.get("unique") or demands.get("unique")),
        "logicalTypeOptions": {name: value for name, value in told.items() if value is not None},
        "customProperties": [{"property": name, "value": value} for name, value in options.items()],
    }


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _demands(column: dict[str, Any]) -> dict[str, Any]:
    """What a column's library metrics demand of every value: required, unique, pattern, validValues."""
    demands: dict[str, Any] = {}
    for rule in column.get("quality", ()):
        if rule.get("mustBe") != 0:  # a share that may be broken is a figure to watch, not a rule on a row
            continue
        match rule.get("metric"):
            case "nullValues" | "missingValues":
                demands["required"] = True
            case "duplicateValues":
                demands["unique"] = True
            case "invalidValues":
                demands |= rule.get("arguments") or {}
    return demands


def _pattern(kind: str, limits: dict[str, Any], demands: dict[str, Any]) -> str | None:
    own = limits.get("pattern") or demands.get("pattern")
    pattern = str(own).replace("(?<", "(?P<").replace("(?P<=", "(?<=").replace("(?P<!", "(?<!") if own else None
    shortest, longest = limits.get("minLength", 0), limits.get("maxLength")
    if kind == "string" and (shortest or longest is not None):
        length = f"^.{{{shortest},{'' if longest is None else longest}}}$"
        return f"(?={length}){pattern}" if pattern else length
    if kind in ("time", "timestamp") and limits.get("format"):
        return _clock(limits["format"])
    return pattern or PATTERNS.get(kind)


def _clock(form: str) -> str:
    """A format of a time as a regular expression; letters nobody knows are taken as they stand."""
    parts = [found.group() for found in re.finditer(r"'[^']*'|([A-Za-z])\1*|[^A-Za-z']+", form)]
    return f"^{''.join(LETTERS.get(part) or re.escape(part.strip(chr(39))) for part in parts)}$"


def _days(limits: dict[str, Any]) -> dict[str, Any]:
    bounds = {}
    for name, exclusive, step in (("minimum", "exclusiveMinimum", 1), ("maximum", "exclusiveMaximum", -1)):
        day, beyond = (records.read_date(str(limits[key])) if key in limits else None for key in (name, exclusive))
        beyond = beyond + timedelta(days=step) if isinstance(beyond, date) else None
        found = [bound for bound in (day, beyond) if bound]
        if found:
            bounds[name] = (max(found) if step > 0 else min(found)).isoformat()
    return bounds | ({"format": limits["format"]} if limits.get("format") else {})


def _numbers(kind: str, limits: dict[str, Any]) -> dict[str, Any]:
    bounds = {}
    for name, exclusive, towards in (
        ("minimum", "exclusiveMinimum", math.inf),
        ("maximum", "exclusiveMaximum", -math.inf),
    ):
        found = [float(limits[name])] if name in limits else []
        if exclusive in limits:
            beyond = float(limits[exclusive])
            step = math.copysign(1, towards)
            found.append(
                beyond + step if kind == "integer" and beyond.is_integer() else math.nextafter(beyond, towards)
            )
        if found:
            bounds[name] = repr(max(found) if towards > 0 else min(found))
    return bounds
