"""What a decision costs decides: the bands in bits follow from the table of costs in rules/linkage.yaml."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import pytest

from childledger.errors import ContractError
from childledger.linkage.rules import Rules, rules
from childledger.settings import INCLUDE


def cheapest(costs: dict[str, float], bits: float) -> str:
    """What costs least of a pair of so many bits, by expectation."""
    odds = 2.0**bits
    expected = {
        "link": costs["wrong_merge"] / (1 + odds),
        "ask": costs["review"],
        "apart": costs["missed_link"] * odds / (1 + odds),
    }
    return min(expected, key=lambda name: expected[name])


def done(found: Rules, bits: float) -> str:
    """What the engine does with it, if nothing else speaks."""
    return "link" if bits >= found.link_from else "ask" if bits >= found.review_from else "apart"


@pytest.mark.parametrize(
    "costs",
    [
        rules().costs,
        {"wrong_merge": 50, "missed_link": 3, "review": 1},
        {"wrong_merge": 9000, "missed_link": 30, "review": 5},
    ],
)
def test_of_every_pair_the_cheapest_is_done(costs: dict[str, float]) -> None:
    found = dataclasses.replace(rules(), costs=costs)
    weights = [tenths / 10 + 0.01 for tenths in range(-200, 400)]  # beside where two cost the same
    assert [done(found, bits) for bits in weights] == [cheapest(costs, bits) for bits in weights]
    assert {done(found, bits) for bits in weights} == {"link", "ask", "apart"}


def test_the_bands_in_force_are_those_the_office_reads_of() -> None:
    assert 2 ** rules().link_from == pytest.approx(1000) and rules().review_from == 0


@pytest.mark.parametrize(
    "costs",
    [
        "{wrong_merge: 1000, missed_link: 1, review: 1}",
        "{wrong_merge: 3, missed_link: 1.4, review: 1}",
        "{wrong_merge: 1000, missed_link: 2, review: 0}",
        "{wrong_merge: 1000, review: 1}",
    ],
)
def test_costs_by_which_nobody_would_ever_be_asked_are_refused(
    costs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (INCLUDE / "rules" / "linkage.yaml").read_text(encoding="utf-8")
    [line] = [line for line in text.splitlines() if line.startswith("costs:")]
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "linkage.yaml").write_text(text.replace(line, f"costs: {costs}"), encoding="utf-8")
    monkeypatch.setattr(sys.modules[Rules.__module__], "INCLUDE", tmp_path)
    with pytest.raises(ContractError, match=r"linkage\.yaml"):
        rules.__wrapped__()
