"""The province at a glance: every county's half-year, who is late and why, in counts and codes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from childledger import places
from childledger.messages import REASONS, ROUNDS
from childledger.reports import zone
from childledger.reports.pages import render
from childledger.settings import Settings

LOOKS = {"closed": "accepted", "due": "partial", "late": "rejected", "running": "pending"}
"""State of a round → the verdict whose colour, pattern and shape it shares."""


def write_province(settings: Settings, standings: Iterable[Any], as_of: date) -> None:
    """Write the page of each round from its standings (rounds.Standing); one that says the same is not touched."""
    by_round: dict[str, list[Any]] = defaultdict(list)
    for standing in standings:
        by_round[standing.round_name].append(standing)
    for name, found in by_round.items():
        zone.publish(settings.reports / name / "province.html", _render(name, found, as_of), mode=0o644)


def _render(name: str, found: list[Any], as_of: date) -> bytes:
    cities: dict[str, list[Any]] = defaultdict(list)
    for standing in found:
        county = places.counties().get(standing.county_code)
        cities[county.city_name if county else "已撤并"].append(standing)
    states = Counter(standing.state for standing in found)
    why = Counter[str]()
    for standing in found:
        why.update(standing.reasons.keys())
    return render(
        "province.html.j2",
        round=name,
        as_of=as_of,
        due_on=max(standing.due_on for standing in found),
        cities=cities,
        counties=places.counties(),
        states={state: (ROUNDS[state], states[state]) for state in ROUNDS},
        why=why.most_common(),
        reasons=REASONS,
        looks=LOOKS,
    )
