"""How soon and how many: what rules/followup.yaml says of the work that follows a flag, for every stage that asks.

No step is without a deadline: a severity or rank that is left out is an error, not a pause.
"""

from __future__ import annotations

import functools
from dataclasses import asdict, dataclass
from typing import Any

from childledger import rulefile
from childledger.errors import ContractError
from childledger.settings import INCLUDE

FILE = INCLUDE / "rules" / "followup.yaml"
SEVERITIES = ("urgent", "serious", "normal")
RANKS = ("township", "county", "city")
"""Who is told when nobody was there, one after the other."""


@dataclass(frozen=True)
class Step:
    """When one rank is told of an item of one severity: so long after it was due, in hours or in working days."""

    severity: str
    level: int
    holder: str
    hours: int | None
    working_days: int | None


@dataclass(frozen=True)
class Recheck:
    """How often a confirmed item is seen again."""

    severities: list[str]
    times: int
    days: int
    listed_days_before: int


@dataclass(frozen=True)
class Pace:
    """rules/followup.yaml."""

    version: str
    due_hours: dict[str, int]
    reassign_working_days: int
    escalation: tuple[Step, ...]
    refusals_at_most: int
    outbox_alarm_hours: int
    households_a_day: int
    households_a_day_in: dict[str, int]
    """County code/township/village → households a day."""
    plan_working_days: int
    household_at_most: int
    recheck: Recheck

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The steps of escalation, for a bind."""
        return [asdict(step) for step in self.escalation]


@functools.cache
def pace() -> Pace:
    """Read rules/followup.yaml; ContractError for what it leaves open."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> Pace:
    """Read the rules from YAML.

    >>> read("version: '1'")
    Traceback (most recent call last):
        ...
    childledger.errors.ContractError: followup.yaml: 'escalation' is missing
    """
    told = rulefile.parse(FILE.name, text)
    try:
        steps = tuple(_step(told["escalation"], severity, rank) for severity in SEVERITIES for rank in RANKS)
        for named in (*told["due_hours"], *told["recheck"]["severities"]):
            if named not in SEVERITIES:
                raise ContractError(f"{FILE.name}: {named} is none of {', '.join(SEVERITIES)}")
        return Pace(**{**told, "escalation": steps, "recheck": Recheck(**told["recheck"])})
    except KeyError as missing:
        raise ContractError(f"{FILE.name}: {missing} is missing") from None
    except TypeError as strange:
        raise ContractError(f"{FILE.name}: {strange}") from None


def _step(told: dict[str, Any], severity: str, rank: str) -> Step:
    clock = told[severity][rank]
    if len(clock) != 1 or not {"hours", "working_days"} & set(clock):
        raise ContractError(f"{FILE.name}: escalation.{severity}.{rank} is either hours or working_days")
    return Step(severity, RANKS.index(rank) + 1, rank, clock.get("hours"), clock.get("working_days"))
