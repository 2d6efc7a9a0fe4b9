"""Items in tests, put into the ledger as a refresh leaves them, without the files behind them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from childledger import calendar, db, ledger
from childledger.ledger.items import AHEAD, FIRST_DAY
from childledger.settings import BEIJING, Settings

COUNTY = "410105"
DAY = date(2026, 7, 8)
"""A Wednesday."""
CHILD = """
    with refresh as (
        insert into ledger.refresh (as_of_date, rules_sha256, code_version, is_head)
        select cast(:day as date), '-', '-', true where not exists (select from ledger.refresh where is_head)
    )
    insert into identity.child default values returning child_id
"""
PROFILE = """
    insert into ledger.profile (
        child_id, name, birth_date, sex, residence_code, residence_township, residence_village, address, guardian_name,
        guardian_id_number, guardian_phone, last_evidence_date, last_seen_date
    ) values (
        :child_id, :name, '2016-01-01', '1', :county_code, :township, :village, :address, :guardian_name,
        :guardian_id_number, :guardian_phone, :day, :day
    )
"""
ITEM = """
    with flag as (
        insert into ledger.flag (
            child_id, flag_code, county_code, evidence_fingerprint, evidence, rule_version, raised_date
        ) values (:child_id, :flag_code, :county_code, :flag_code, '[]', '1', :raised) returning flag_id
    )
    insert into followup.item (
        flag_id, child_id, county_code, severity, due_date, due_basis, queued_at, due_at, enqueued_refresh_id
    )
    select
        flag_id, :child_id, :county_code, :severity, :due_date, 'official_calendar', followup.end_of(:raised - 1),
        followup.end_of(:due_date), (select refresh_id from ledger.refresh where is_head)
    from flag
    returning item_id
"""


def moment(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BEIJING)


def workdays(settings: Settings, day: date = DAY) -> None:
    """The calendar in the database, as a refresh of that day leaves it."""
    known = [(found.isoformat(), *rest) for found, *rest in calendar.days(FIRST_DAY, day + AHEAD)]
    with db.transaction(settings.database_url) as conn:
        db.run(conn, "ledger/upsert_workdays", days=db.json(known))


CODE = next(iter(ledger.rules().flags))
"""A rule that exists; what is tested here is the same for each."""


def queue(settings: Settings, count: int = 1, flag_code: str = CODE, **changes: Any) -> list[int]:
    """Children with one open item each; returns the items."""
    told: dict[str, Any] = {
        "day": DAY, "raised": DAY, "due_date": DAY, "severity": "urgent", "county_code": COUNTY,
        "township": "花园路街道", "village": "第三社区", "address": "花园路1号", "guardian_name": "家长",
        "guardian_id_number": None, "guardian_phone": None, "flag_code": flag_code,
    } | changes  # fmt: skip
    with db.transaction(settings.database_url) as conn:
        items = []
        for number in range(count):
            named = {"name": f"学生{number}"} | told
            child = named.get("child_id") or conn.execute(sa.text(CHILD), named).scalar_one()
            if "child_id" not in named:
                conn.execute(sa.text(PROFILE), named | {"child_id": child})
            items.append(conn.execute(sa.text(ITEM), named | {"child_id": child}).scalar_one())
        return items


def rows(settings: Settings, statement: str, **binds: Any) -> list[tuple[Any, ...]]:
    with db.transaction(settings.database_url) as conn:
        return [tuple(row) for row in conn.execute(sa.text(statement), binds)]


def run(settings: Settings, statement: str, **binds: Any) -> None:
    with db.transaction(settings.database_url) as conn:
        conn.execute(sa.text(statement), binds)
