"""A county's half-year in tests: everything it owes sent, taken in, matched and refreshed."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

import office
from childledger import contracts, db, pipeline, signoff
from childledger.rounds import Account
from childledger.settings import INCLUDE, Settings

FEEDS = contracts.load_all(INCLUDE / "feeds")
ROUND, DAY = "2026H1", date(2026, 7, 20)
OFFICER = {"officer": "王科长", "reason": "已与各部门核对"}


NIL = """
    with sent as (
        insert into intake.receipt (
            department, county_code, feed, file_name, sha256, sm3, byte_count, as_of_date, dropped_at, state,
            verdict, is_nil, reported_at
        )
        values (
            :department, :county, CAST(:feed AS text), :feed, :feed, '', 0, '2026-06-30', '2026-07-08 10:00+08',
            'settled', 'nil', true, now()
        )
        returning receipt_id
    )
    insert into intake.delivery (receipt_id, file_name, is_duplicate, acknowledged_at)
    select receipt_id, :feed, false, now() from sent
"""


def send_nil(settings: Settings, *but: str) -> None:
    """A nil return of every feed but these, as the stages leave it."""
    owed = {feed: one.department for feed, one in FEEDS.items() if feed not in but}
    with db.transaction(settings.database_url) as conn:
        for feed, department in owed.items():
            conn.execute(sa.text(NIL), {"department": department, "county": office.COUNTY, "feed": feed})


def ingest(settings: Settings) -> None:
    """Take in what lies in the inboxes as if it had come in time."""
    for feed in pipeline.receive(settings):
        pipeline.ingest(settings, feed)
    with db.transaction(settings.database_url) as conn:
        conn.execute(sa.text("update intake.receipt set dropped_at = '2026-07-08 10:00+08'"))


def take_in(settings: Settings, day: date = DAY) -> None:
    """Through the stages to the published ledger."""
    ingest(settings)
    pipeline.resolve(settings)
    pipeline.refresh(settings, day)


def drop_aid(settings: Settings, number: int, residence_code: str) -> None:
    """One child of the county's own register, helped by the county, living somewhere."""
    person = office.pupil(number, hukou_code=office.COUNTY, residence_code=residence_code)
    row = person | {"approval_number": f"CI410105{number:06d}", "assistance_approved_on": "2026-05-02"}
    row |= {"assistance_type": "特困"}
    name = f"{FEEDS['civil_affairs.assistance'].title}_{office.COUNTY}_{office.AS_OF}.csv"
    office.drop(settings, "civil_affairs", name, office.as_csv("civil_affairs.assistance", [row]))


def complete(settings: Settings) -> None:
    """Two pupils, one of them surveyed and vagrant; every other department has nothing to report."""
    office.drop_pupils(settings, [office.pupil(1), office.pupil(2)])
    office.drop_survey(settings, [office.survey(1, vagrancy="是")])
    send_nil(settings, "education.enrolment", "civil_affairs.screening")
    take_in(settings)


def rows(settings: Settings, statement: str, **binds: Any) -> list[Any]:
    with db.transaction(settings.database_url) as conn:
        return [tuple(row) for row in conn.execute(sa.text(statement), binds)]


def reasons(settings: Settings, day: date = DAY) -> dict[str, int]:
    """What keeps the county's round open."""
    found = signoff.list_rounds(settings, day, ROUND)
    return next(s.reasons for s in found if s.county_code == office.COUNTY)


def account(settings: Settings) -> Account:
    """The account of the county's round on the published ledger."""
    return signoff.account(settings, ROUND, office.COUNTY, DAY)
