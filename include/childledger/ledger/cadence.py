"""Cadence: how long each kind of statement counts, what counts as new evidence, and how often a child must be seen.

Half a year is the floor of the plan (至少每半年更新一次): no clock that is configured can be longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from childledger.errors import ContractError
from childledger.provinces import FLOOR_MONTHS

FLOOR_DAYS = 180
"""至少每半年更新一次: nobody can configure a longer clock."""


@dataclass(frozen=True)
class Cadence:
    """rules/cadence.yaml and terms.yaml; the lists go to the database as they are."""

    months: int
    """A statement counts so long after its data date, unless its kind says otherwise."""
    lasting: list[dict[str, Any]]
    """By `kind`: `until` (the kind that names the last day), `to_month_end`, `at_most_months`, `months`, `by_term`."""
    beside: list[str]
    """Kinds of which every statement counts for itself, not only the newest of a feed."""
    terms: list[dict[str, Any]]
    mass: dict[str, Any]
    """`feeds` and `answers` that are compared, and how many children alike are too many: `more_than`."""
    seen_by: list[str]
    """Feeds in which a person saw the child."""
    duties: list[dict[str, Any]]
    """`duty`, `days`, `met_by` (seen, evidence), and of whom: `tier` and `county_code`, null for all."""
    warn_after_days: int


def read(cadence: dict[str, Any], terms: dict[str, Any], province_months: int = FLOOR_MONTHS) -> Cadence:
    """Read the two files, with the province's own refresh where it is shorter; ContractError beyond the floor."""
    kinds, duties = cadence["facts"], cadence["duties"]
    lasting = [{"kind": kind, **rule} for kind, rule in kinds.items()]
    told = [{"duty": name, **rule} for name, rule in duties.items()]
    changed = [{**duties[rule["duty"]], **rule} for rule in cadence["exceptions"]]
    for rule in ({"months": cadence["months"]}, *lasting):
        if not 0 < rule.get("months", FLOOR_MONTHS) <= FLOOR_MONTHS:
            raise ContractError(f"cadence.yaml:1: months must be 1 to {FLOOR_MONTHS}: the plan's floor is half a year")
    for rule in (*told, *changed):
        if not 0 < rule["days"] <= FLOOR_DAYS:
            raise ContractError(f"cadence.yaml:1: days must be 1 to {FLOOR_DAYS}: the plan's floor is half a year")
    return Cadence(
        months=min(cadence["months"], province_months),
        lasting=lasting,
        beside=cadence["beside"],
        terms=terms["terms"],
        mass=cadence["mass_confirmation"],
        seen_by=cadence["seen_by"],
        duties=[*changed, *told],
        warn_after_days=cadence["warn_after_days"],
    )
