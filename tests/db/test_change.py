"""A refresh looks only at what changed, and comes to the same as one that looks at everything."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

import office
from canon import drop_residence, residence, scalar, take_in
from childledger import db, ledger, pipeline
from childledger.settings import Settings

STATE = """
    select to_jsonb(fact) - 'known_from' from ledger.fact as fact
    union all select to_jsonb(profile) - 'known_from' from ledger.profile as profile
    union all select to_jsonb(mass) from ledger.mass_confirmation as mass
"""


def state(conn: Connection) -> list[str]:
    return sorted(str(row) for row in conn.execute(sa.text(STATE)).scalars())


def refresh(settings: Settings, day: date) -> None:
    """Refresh by what changed, then anew by other rules: the ledger is the same."""
    pipeline.refresh(settings, day)
    with db.transaction(settings.database_url) as conn:
        before = state(conn)
        anew = conn.begin_nested()
        conn.execute(sa.text("update ledger.refresh set rules_sha256 = 'other' where is_head"))
        ledger.refresh(conn, day)
        assert state(conn) == before
        anew.rollback()


@pytest.mark.parametrize("seed", [1])
def test_what_changed_makes_the_ledger_that_everything_makes(settings: Settings, seed: int) -> None:
    chance = random.Random(seed)

    def survey(number: int, day: str, **changes: Any) -> dict[str, Any]:
        return office.survey(number, survey_number=f"MP{number}{day}", surveyed_on=day, **changes)

    files = [
        lambda: office.drop_pupils(settings, [office.pupil(n) for n in range(1, 7)], "20260630"),
        lambda: office.drop_pupils(settings, [office.pupil(n) for n in range(1, 5)], "20260630", "_更正1"),
        lambda: office.drop_pupils(settings, [office.pupil(n, address="新1号") for n in (2, 8)], "20260801"),
        lambda: drop_residence(settings, [residence(n, permit_endorsed_until="2026-10-03") for n in (1, 3, 9)]),
        lambda: drop_residence(settings, [residence(1, residence_code="410105")], "20260802"),
        lambda: office.drop_survey(settings, [survey(n, "2026-07-10", vagrancy="是") for n in (1, 4)], "20260711"),
        lambda: office.drop_survey(settings, [survey(1, "2026-07-10")], "20260711", "_更正1"),
        lambda: office.drop_survey(settings, [survey(n, "2026-08-05") for n in (3, 5)], "20260806"),
    ]
    chance.shuffle(files)
    days = [date(2026, 8, 10), date(2026, 8, 11), date(2026, 10, 4), date(2026, 12, 31), date(2027, 1, 10)]
    for day in days:
        for drop in [files.pop() for _ in range(min(len(files), 2))]:
            drop()
        take_in(settings)
        if chance.random() < 0.7:
            pipeline.resolve(settings)
        refresh(settings, day)
    pipeline.withdraw(settings, chance.randint(1, 8), "报错了文件", "officer")
    refresh(settings, date(2027, 1, 10))
    assert scalar(settings, "select count(*) from ledger.version where table_name = 'ledger.fact'") > 0


def test_a_row_of_a_day_to_come_counts_from_that_day(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1)])
    take_in(settings)
    pipeline.resolve(settings)
    assert pipeline.refresh(settings, date(2026, 6, 19))["children"] == 0
    assert pipeline.refresh(settings, date(2026, 6, 20))["children"] == 1
    assert scalar(settings, "select count(*) from ledger.change") == 0


def test_facts_go_with_their_record_in_the_next_refresh(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(n) for n in (1, 2)])
    take_in(settings)
    pipeline.resolve(settings)
    refresh(settings, date(2026, 7, 12))
    with db.transaction(settings.database_url) as conn:
        conn.execute(sa.text("delete from conformed.source_record where line_number = 2"))
        conn.execute(sa.text("update intake.receipt set accepted_count = 1, rejected_count = 1"))
    refresh(settings, date(2026, 7, 12))
    assert scalar(settings, "select count(distinct source_record_id) from ledger.fact") == 1
    assert scalar(settings, "select count(*) from ledger.profile") == 1


def test_nothing_is_looked_at_twice(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(n) for n in (1, 2)])
    take_in(settings)
    pipeline.resolve(settings)
    assert scalar(settings, "select count(*) from ledger.change") > 0
    pipeline.refresh(settings, date(2026, 7, 12))
    with db.transaction(
        settings.database_url
    ) as conn:  # nothing noted: the hand-made mistake stays until its record changes
        conn.execute(sa.text("update ledger.profile set name = '别名'"))
    pipeline.refresh(settings, date(2026, 7, 13))
    assert scalar(settings, "select count(*) from ledger.profile where name = '别名'") == 2
    office.drop_pupils(settings, [office.pupil(1), office.pupil(2, address="新1号")], suffix="_更正1")
    take_in(settings)
    pipeline.resolve(settings)
    pipeline.refresh(settings, date(2026, 7, 13))
    assert scalar(settings, "select count(*) from ledger.profile where name = '别名'") == 0
