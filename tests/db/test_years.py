"""Children move for months, counties answer or don't, numbers are joined: no day is without a county, none has two."""

from __future__ import annotations

from bench import custody


def test_every_day_of_every_child_has_one_county(ledger_url: str) -> None:
    count = custody.simulate(ledger_url, people=60, months=7, seed=3)
    assert count.child_days > 5000
    assert (count.gaps, count.overlaps) == (0, 0)
    told = "\n".join(count.lines)
    assert "transfers          0" not in told and ", and 0 numbers" not in told, told
