"""The register tells who is silent, since when, and nothing else: on the true day, once, whenever somebody looked."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
from hypothesis import strategies

import office
from childledger import db, pipeline, places
from childledger.settings import BEIJING, Settings
from duties import ALARM, DUE, FEED, LATER, alarm, duty, keep, rows, send, withdraw


def test_silence_alarms_on_the_day_after_the_due_day_without_any_history(settings: Settings) -> None:
    owed = len(places.counties()) * 9
    counts = pipeline.keep_register(settings, DUE)
    assert (counts["overdue"], counts["NOT_DUE"]) == (0, 2 * owed)  # 2026H2 has begun
    assert rows(settings, "select 1 from register.alarm") == []
    counts = pipeline.keep_register(settings, ALARM)
    assert (counts["overdue"], counts["MISSING"], counts["NOT_DUE"]) == (owed, owed, owed)
    assert rows(settings, "select distinct opened_on, closed_at, count(*) over () from register.alarm") == [
        (ALARM, None, owed)
    ]


def test_only_the_silent_county_is_alarmed(settings: Settings) -> None:
    send(settings, "2026-07-10 23:59")
    assert alarm(settings, LATER) is None
    assert duty(settings, LATER).state == "ON_TIME"
    silent = rows(settings, "select count(*) from register.alarm where feed = :feed and closed_at is null", feed=FEED)
    assert silent == [(len(places.counties()) - 1,)]


@pytest.mark.parametrize(
    ("at", "state", "is_late"),
    [
        ("2026-06-29 09:00", "EARLY", False),
        ("2026-06-30 09:00", "ON_TIME", False),
        ("2026-07-10 23:59", "ON_TIME", False),
        ("2026-07-11 00:00", "LATE", True),
    ],
)
def test_arrival_decides_the_state_on_the_clock_of_beijing(
    settings: Settings, at: str, state: str, is_late: bool
) -> None:
    receipt_id = send(settings, at)
    pipeline.keep_register(settings, LATER)
    found = duty(settings, LATER)
    assert (found.state, found.is_late, found.is_overdue, found.receipt_id) == (state, is_late, False, receipt_id)


@pytest.mark.parametrize(("at", "is_late"), [("2026-07-03 09:00", False), ("2026-07-13 09:00", True)])
def test_a_nil_return_is_an_answer_and_no_silence(settings: Settings, at: str, is_late: bool) -> None:
    assert alarm(settings, ALARM).is_open
    receipt_id = send(settings, at, suffix="_零报告", data=b"")
    closed = alarm(settings, LATER)
    found = duty(settings, LATER)
    assert (found.state, found.is_late, found.is_overdue) == ("NIL", is_late, False)
    assert (closed and closed.closed_by) == (receipt_id if is_late else None)
    send(settings, "2026-07-14 09:00", suffix="_更正1")  # data after all: no nil return any more, as late as it was
    assert duty(settings, LATER).state == ("LATE" if is_late else "ON_TIME")


def test_data_corrected_to_nil_is_a_nil_return(settings: Settings) -> None:
    send(settings, "2026-07-03 09:00")
    send(settings, "2026-07-14 09:00", suffix="_更正1_零报告", data=b"")
    pipeline.keep_register(settings, LATER)
    assert (duty(settings, LATER).state, duty(settings, LATER).is_late) == ("NIL", False)
    assert duty(settings, date(2026, 7, 12)).state == "ON_TIME"  # before the correction came


def test_a_late_file_closes_the_alarm_and_says_which(settings: Settings) -> None:
    assert alarm(settings, ALARM).is_open
    receipt_id = send(settings, "2026-07-13 03:00")
    assert alarm(settings, LATER) == (ALARM, None, receipt_id, False)
    assert duty(settings, date(2026, 7, 12)).state == "MISSING"  # as it was then; in Greenwich it still was the twelfth
    assert alarm(settings, LATER + timedelta(days=60)) == (ALARM, None, receipt_id, False)


@pytest.mark.parametrize("data", ["甲,乙\r\n1,2\r\n".encode(), "every row held back"], ids=["refused", "no row taken"])
def test_a_file_nothing_was_taken_of_does_not_close_it(settings: Settings, data: bytes | str) -> None:
    if isinstance(data, str):
        data = office.as_csv(FEED, [office.pupil(1, name="")])
    receipt_id = send(settings, "2026-07-09 10:00", data=data)
    assert duty_before_due(settings) == ("REJECTED_ONLY", False)
    assert alarm(settings, LATER) == (ALARM, None, None, True)
    found = duty(settings, LATER)
    assert (found.state, found.is_overdue, found.refused_receipt_id) == ("REJECTED_ONLY", True, receipt_id)


def duty_before_due(settings: Settings) -> tuple[str, bool]:
    pipeline.keep_register(settings, DUE)
    found = duty(settings, DUE)
    return found.state, found.is_overdue


def test_a_file_still_being_judged_neither_alarms_nor_answers(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1)])
    pipeline.receive(settings)
    with db.transaction(settings.database_url) as conn:
        conn.execute(sa.text("update intake.receipt set dropped_at = '2026-07-10 20:00+08'"))
    assert alarm(settings, ALARM) is None
    assert (duty(settings, ALARM).state, duty(settings, ALARM).is_overdue) == ("PENDING", False)
    pipeline.ingest(settings, FEED)
    assert duty(settings, ALARM).state == "ON_TIME"


def test_a_withdrawn_file_counts_as_never_sent(settings: Settings) -> None:
    first = send(settings, "2026-07-08 10:00")
    assert alarm(settings, date(2026, 7, 12)) is None
    withdraw(settings, first, "2026-07-14 10:00")
    assert alarm(settings, LATER) == (date(2026, 7, 14), None, None, True)  # the day it was known, not a day before
    assert duty(settings, LATER).state == "MISSING"
    second = send(settings, "2026-07-15 10:00")
    assert alarm(settings, LATER) == (date(2026, 7, 14), None, second, False)
    assert duty(settings, LATER).state == "LATE"
    withdraw(settings, second, "2026-07-17 10:00")
    assert alarm(settings, LATER) == (date(2026, 7, 14), date(2026, 7, 17), None, True)
    third = send(settings, "2026-07-18 10:00", pupils=2)
    assert alarm(settings, LATER) == (date(2026, 7, 14), date(2026, 7, 17), third, False)


def test_a_late_correction_does_not_make_a_file_late(settings: Settings) -> None:
    send(settings, "2026-07-08 10:00", pupils=2)
    send(settings, "2026-07-18 10:00", suffix="_更正1")
    assert alarm(settings, LATER) is None
    assert duty(settings, LATER).state == "ON_TIME"


def test_twice_makes_the_same_rows(settings: Settings) -> None:
    send(settings, "2026-07-13 10:00")
    counts = pipeline.keep_register(settings, LATER)
    tables = [rows(settings, f"select * from register.{name} order by 1, 2, 3") for name in ("duty", "alarm")]
    assert pipeline.keep_register(settings, LATER) == counts
    assert [rows(settings, f"select * from register.{name} order by 1, 2, 3") for name in ("duty", "alarm")] == tables


def test_a_file_that_lay_in_the_inbox_unclaimed_came_when_it_was_put_there(settings: Settings) -> None:
    path = office.drop_pupils(settings, [office.pupil(1)])
    os.utime(path, (0, 0))  # a sender may say any day; the kernel's mark is not theirs to set
    before = datetime.now(BEIJING) - timedelta(seconds=30)
    pipeline.receive(settings)
    ((dropped_at, received_at),) = rows(settings, "select dropped_at, received_at from intake.receipt")
    assert before < dropped_at <= received_at


MOMENTS = strategies.datetimes(datetime(2026, 7, 6), datetime(2026, 7, 19, 23))
EVENTS = strategies.lists(
    strategies.tuples(
        MOMENTS,
        strategies.sampled_from(["accepted", "nil", "rejected", "withdraw", "withdraw"]),
        strategies.sampled_from([timedelta(0), timedelta(0), timedelta(days=3)]),  # until the poller claims it
    ),
    max_size=7,
    unique_by=lambda event: event[0],
)
Event = tuple[datetime, str, timedelta]
ON_TIME, LATE = datetime(2026, 7, 10, 9), datetime(2026, 7, 13, 9)
AT_ONCE = timedelta(0)
DAYS = [date(2026, 7, 6) + timedelta(days=number) for number in range(16)]
RECEIPT = """
    insert into intake.receipt (
        department, county_code, feed, file_name, sha256, sm3, byte_count, as_of_date, dropped_at, state, verdict,
        verdict_code, accepted_count, is_nil
    )
    values (
        'education', :county, :feed, 'a.csv', :sha, '', 1, '2026-06-30', :at, 'settled', CAST(:verdict AS text),
        case when :verdict = 'rejected' then 'EMPTY_FILE' end, 1, :verdict = 'nil'
    )
"""
WITHDRAW = """
    update intake.receipt
    set withdrawn_at = :at
    where receipt_id = (select max(receipt_id) from intake.receipt where withdrawn_at is null)
"""


def live(settings: Settings, events: list[Event], run_days: set[date]) -> list[Any]:
    """Let things happen, look every morning at eight of these days and on the last; what the register says then."""
    waiting = sorted((at + (AT_ONCE if what == "withdraw" else delay), at, what) for at, what, delay in events)
    with db.transaction(settings.database_url) as conn:
        conn.execute(sa.text("truncate intake.receipt, register.duty restart identity cascade"))
    for day in [one for one in DAYS if one in run_days or one == DAYS[-1]]:
        with db.transaction(settings.database_url) as conn:
            while waiting and waiting[0][0] < datetime(day.year, day.month, day.day, 8):
                _, at, what = waiting.pop(0)
                binds = {"at": at.replace(tzinfo=BEIJING), "sha": at.isoformat(), "verdict": what}
                if what == "withdraw":
                    conn.execute(sa.text(WITHDRAW), {"at": binds["at"]})
                else:
                    conn.execute(sa.text(RECEIPT), binds | {"county": office.COUNTY, "feed": FEED})
        keep(settings, office.contract(FEED), day)
    said = "feed, county_code, period_name, opened_on, reopened_on, closed_at, closed_by"
    return [
        rows(settings, f"select {said} from register.alarm order by 1, 2, 3"),
        rows(settings, "select * from register.state_of_duties(:day) order by 1, 2, 3", day=DAYS[-1]),
    ]


@hypothesis.settings(
    max_examples=15, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
@hypothesis.given(events=EVENTS, run_days=strategies.sets(strategies.sampled_from(DAYS)))
@hypothesis.example(events=[(LATE, "accepted", AT_ONCE)], run_days=set())
@hypothesis.example(events=[(ON_TIME, "accepted", AT_ONCE), (LATE, "withdraw", AT_ONCE)], run_days={DAYS[-2]})
@hypothesis.example(
    events=[(ON_TIME, "accepted", timedelta(days=3)), (LATE + timedelta(hours=3), "withdraw", AT_ONCE)], run_days=set()
)
def test_a_scheduler_that_was_off_changes_nothing(settings: Settings, events: list[Event], run_days: set[date]) -> None:
    assert live(settings, events, run_days) == live(settings, events, set(DAYS))
