"""Killed at any moment, the deliverer loses no item and no event, and what it tells twice is told by the same key."""

from __future__ import annotations

import pytest
from bench.followup import kill

from childledger.settings import Settings

KILLS = 10
"""`python -m bench.followup kills` makes 200 of them."""


@pytest.mark.timeout(240)
def test_kills_of_the_deliverer_lose_and_double_nothing(settings: Settings) -> None:
    told = kill(settings, KILLS)
    assert told["kills"] == KILLS and told["items"] >= 20 * KILLS
    for wrong in (
        "items lost",
        "items listed twice",
        "events the system never heard of",
        "events invented",
        "events told in two ways",
        "events still owed",
    ):
        assert told[wrong] == 0, (wrong, told)
