"""What reviewers have before them in tests: two records in doubt, and short ways to look at what came of a word."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

import office
from childledger import db, pipeline
from childledger.settings import Settings

DAY = date(2026, 7, 12)
NICKNAMES = ("小满", "石头", "冬生", "阿福")


def stranger(number: int, **changes: Any) -> dict[str, Any]:
    """A survey row about `pupil(number)`: the identity number is the same, the name and the household are not."""
    other = {"name": NICKNAMES[number - 1], "guardian_phone": "", "guardian_name": "某某", "address": ""}
    return office.survey(number, **other | changes)


def run(settings: Settings) -> dict[str, int]:
    for feed in pipeline.receive(settings):
        pipeline.ingest(settings, feed)
    pipeline.resolve(settings)
    return pipeline.refresh(settings, DAY)


def rows(settings: Settings, statement: str, **binds: Any) -> list[tuple[Any, ...]]:
    with db.transaction(settings.database_url) as conn:
        return [tuple(row) for row in conn.execute(sa.text(statement), binds)]


def scalar(settings: Settings, statement: str, **binds: Any) -> Any:
    return rows(settings, statement, **binds)[0][0]


def two(settings: Settings) -> tuple[int, int]:
    """Two records nothing links: the same child on the school roll and, by what it is called at home, in the survey."""
    office.drop_pupils(settings, [office.pupil(1)])
    office.drop_survey(settings, [stranger(1, id_number="")])
    assert run(settings)["children"] == 2
    left, right = (row[0] for row in rows(settings, "select source_record_id from identity.member order by 1"))
    return left, right


def in_doubt(settings: Settings) -> tuple[int, int]:
    """Two records a person is asked about: one identity number, two names and no household in common."""
    office.drop_pupils(settings, [office.pupil(1)])
    office.drop_survey(settings, [stranger(1)])
    run(settings)
    left, right = rows(settings, "select left_record_id, right_record_id from identity.pair")[0]
    return left, right


def child_of(settings: Settings, record: int) -> int:
    found: int = scalar(settings, "select child_id from identity.member where source_record_id = :r", r=record)
    return found


def resolve(settings: Settings) -> int:
    return pipeline.resolve(settings, anyway=True)["children"]


def shielded(settings: Settings) -> list[int]:
    return [row[0] for row in rows(settings, "select child_id from identity.shielded order by 1")]
