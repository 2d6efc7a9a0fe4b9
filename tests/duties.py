"""What happens to a duty in tests: a file comes on a day, is taken back on another; what the register then says."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import office
from childledger import db, pipeline, register
from childledger.contracts import Contract
from childledger.register import Rules
from childledger.settings import BEIJING, Settings

FEED = "education.enrolment"
DUE, ALARM = date(2026, 7, 10), date(2026, 7, 11)
LATER = date(2026, 7, 20)
RULES = Rules(date(2026, 1, 1))


def rows(settings: Settings, statement: str, **binds: Any) -> list[Any]:
    with db.transaction(settings.database_url) as conn:
        return list(conn.execute(sa.text(statement), binds))


def send(settings: Settings, at: str, suffix: str = "", pupils: int = 1, data: bytes | None = None) -> int:
    """A file of 2026H1 dropped, taken through its stages and dated back to the minute it is to have arrived."""
    if data is None:
        office.drop_pupils(settings, [office.pupil(n) for n in range(1, pupils + 1)], suffix=suffix)
    else:
        office.drop(settings, "education", f"学籍信息_{office.COUNTY}_{office.AS_OF}{suffix}.csv", data)
    for feed in pipeline.receive(settings):
        pipeline.ingest(settings, feed)
    (receipt_id,) = rows(settings, "select max(receipt_id) from intake.receipt")[0]
    moment = datetime.fromisoformat(at).replace(tzinfo=BEIJING)
    with db.transaction(settings.database_url) as conn:
        conn.execute(
            sa.text("update intake.receipt set dropped_at = :at where receipt_id = :id"),
            {"at": moment, "id": receipt_id},
        )
    return int(receipt_id)


def withdraw(settings: Settings, receipt_id: int, at: str) -> None:
    pipeline.withdraw(settings, receipt_id, "报错了", "tester")
    with db.transaction(settings.database_url) as conn:
        conn.execute(
            sa.text("update intake.receipt set withdrawn_at = :at where receipt_id = :id"),
            {"at": datetime.fromisoformat(at).replace(tzinfo=BEIJING), "id": receipt_id},
        )


def duty(settings: Settings, as_of: date, period: str = "2026H1") -> Any:
    found = pipeline.list_duties(settings, as_of, office.COUNTY, FEED, False)
    return next(row for row in found if row.period_name == period)


def alarm(settings: Settings, as_of: date) -> Any:
    """The alarm of the county after a run as of a day, None where there is none."""
    pipeline.keep_register(settings, as_of)
    found = rows(
        settings,
        "select opened_on, reopened_on, closed_by, closed_at is null as is_open from register.alarm"
        " where feed = :feed and county_code = :county",
        feed=FEED,
        county=office.COUNTY,
    )
    assert len(found) <= 1
    return found[0] if found else None


def keep(settings: Settings, contract: Contract, as_of: date, by: Rules = RULES) -> dict[str, int]:
    with db.transaction(settings.database_url) as conn:
        return register.keep(conn, {contract.feed: contract}, as_of, by)


def note(settings: Settings) -> Path:
    return settings.landing / "education" / office.COUNTY / "receipts" / "催报_学籍信息_2026H1.txt"
