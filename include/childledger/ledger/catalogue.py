"""The catalogue of flag rules: each says why it asks, on what law, who may raise it, who looks first and how soon.

Nothing in it weighs one reason against another: a rule holds or it does not, and no child or family is ever scored.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from childledger import rulefile
from childledger.errors import ContractError
from childledger.settings import INCLUDE

QUEUES = ("visit", "desk")
"""Who looks first: a child director at the home, or the county's own clerks on paper."""


ANSWERS = ("confirmed", "dismissed", "open")


@dataclass(frozen=True)
class Reason:
    """A group of flags."""

    code: str
    title: str
    english: str
    is_key_care: bool


@dataclass(frozen=True)
class Flag:
    """One reason to look at a child: its rule is sql/flags/<code>.sql."""

    code: str
    title: str
    english: str
    reason: Reason
    severity: str
    due_working_days: int
    queue: str
    legal_basis: str
    raised_by: dict[str, list[str]]
    """Feed → fact kinds of it that may raise this flag; nothing else can."""
    months: int | None
    """Evidence older than this asks nobody; None where it counts as long as the fact."""
    again: list[str]
    """Answers after which a newer row of an event feed is new evidence: confirmed, dismissed, both or none."""


@dataclass(frozen=True)
class Verdict:
    """What a visitor can find, and what it says of the reason asked about."""

    code: str
    title: str
    answer: str
    """confirmed, dismissed, or open: nothing."""
    concerns: list[str] | None
    """The only rules it answers; None for all."""
    is_seen: bool
    """Only who met the child can say so, or a clerk of a rule whose papers may do."""


@dataclass(frozen=True)
class Floor:
    """rules/flags/yield.yaml: when a rule's items go to the desk first."""

    share: float
    least_visits: int
    codes: list[str]
    """Rules that may be suspended."""


@dataclass(frozen=True)
class Catalogue:
    """rules/flags."""

    version: str
    flags: dict[str, Flag]
    verdicts: dict[str, Verdict]
    floor: Floor

    def kinds_of(self, codes: Iterable[str]) -> list[str]:
        """Every fact kind one of these rules reads."""
        named = (kinds for code in codes for kinds in self.flags[code].raised_by.values())
        return sorted({kind for kinds in named for kind in kinds})


@functools.cache
def catalogue() -> Catalogue:
    """Read rules/flags; ContractError for what it can't mean."""
    told, said, low = (
        rulefile.load(INCLUDE / "rules" / "flags" / f"{name}.yaml") for name in ("flags", "verdicts", "yield")
    )
    reasons = {code: Reason(code, **entry) for code, entry in told["reasons"].items()}
    flags = {code: _flag(code, entry, reasons, told["severities"]) for code, entry in told["flags"].items()}
    verdicts = {code: _verdict(code, entry, flags) for code, entry in said["verdicts"].items()}
    never = low["never_suspended"]
    may = [
        code
        for code, flag in flags.items()
        if flag.severity not in never["severities"] and flag.reason.code not in never["reasons"]
    ]
    return Catalogue(told["version"], flags, verdicts, Floor(low["floor_share"], low["least_visits"], may))


def _verdict(code: str, entry: dict[str, Any], flags: dict[str, Flag]) -> Verdict:
    concerns: list[str] | None = entry.get("concerns")
    strange = set(concerns or ()) - set(flags)
    if entry["answer"] not in ANSWERS or strange:
        named = ", ".join(sorted(strange)) or entry["answer"]
        raise ContractError(f"verdicts.yaml: verdicts.{code}: {named} is no rule and no answer")
    return Verdict(code, entry["title"], entry["answer"], concerns, entry.get("is_seen", False))


def _flag(code: str, entry: dict[str, Any], reasons: dict[str, Reason], days: dict[str, int]) -> Flag:
    for name, known in (("reason", reasons), ("severity", days), ("queue", QUEUES)):
        if entry[name] not in known:
            raise ContractError(f"flags.yaml: flags.{code}.{name}: {entry[name]} is none of {', '.join(known)}")
    named = {name: entry[name] for name in ("title", "english", "severity", "queue", "legal_basis", "raised_by")}
    months, again, reason = entry.get("months"), entry.get("again", []), reasons[entry["reason"]]
    return Flag(code=code, reason=reason, due_working_days=days[entry["severity"]], months=months, again=again, **named)
