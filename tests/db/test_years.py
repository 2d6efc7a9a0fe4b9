"""Children move for months, counties answer or don't, numbers are joined: no day is without a county, none has two."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench import bars, custody, simulation

import asking
from childledger import db
from childledger.settings import Settings


def test_every_day_of_every_child_has_one_county(ledger_url: str) -> None:
    count = custody.simulate(ledger_url, people=60, months=7, seed=3)
    assert count.child_days > 5000
    assert (count.gaps, count.overlaps) == (0, 0)
    told = "\n".join(count.lines)
    assert "transfers          0" not in told and ", and 0 numbers" not in told, told


def test_who_reads_only_what_is_delivered_reaches_every_home_or_is_shown_why_not(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asking.serve(monkeypatch, tmp_path, dict.fromkeys(asking.PROOFS, 0), since="2024-09-01")
    course = simulation.run(settings, 150, weeks=5, seed=3)
    with db.transaction(settings.database_url) as conn:
        found = bars.read(conn, course)
    assert [bar for bar in bars.bars(course, found) if not bar.holds] == []
    assert sum(week["trips"] for week in course.weeks) > 5
    assert {item.queue for item in found.items if item.first_days is not None} == {"visit", "desk"}
