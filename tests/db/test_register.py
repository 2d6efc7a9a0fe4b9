"""The register tells who is silent, since when, and nothing else: on the true day, once, whenever somebody looked."""

from __future__ import annotations

import dataclasses
import os
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
from hypothesis import strategies

import office
from childledger import calendar, cli, db, pipeline, places, register
from childledger.contracts import Contract
from childledger.errors import ContractError
from childledger.register import Deviation, Rules
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
    pipeline.withdraw(settings, receipt_id)
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
    max_examples=25, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
@hypothesis.given(events=EVENTS, run_days=strategies.sets(strategies.sampled_from(DAYS)))
@hypothesis.example(events=[(LATE, "accepted", AT_ONCE)], run_days=set())
@hypothesis.example(events=[(ON_TIME, "accepted", AT_ONCE), (LATE, "withdraw", AT_ONCE)], run_days={DAYS[-2]})
@hypothesis.example(
    events=[(ON_TIME, "accepted", timedelta(days=3)), (LATE + timedelta(hours=3), "withdraw", AT_ONCE)], run_days=set()
)
def test_a_scheduler_that_was_off_changes_nothing(settings: Settings, events: list[Event], run_days: set[date]) -> None:
    assert live(settings, events, run_days) == live(settings, events, set(DAYS))


@pytest.mark.parametrize(
    ("days", "due"),
    [
        (13, date(2026, 2, 13)),
        (14, date(2026, 2, 14)),  # a Saturday on which people work (调休)
        (15, date(2026, 2, 24)),  # Spring Festival, nine days
        (23, date(2026, 2, 24)),
        (28, date(2026, 2, 28)),  # 调休 once more
        (29, date(2026, 3, 2)),  # an ordinary Sunday
    ],
)
def test_due_days_follow_the_working_calendar(settings: Settings, days: int, due: date) -> None:
    monthly = dataclasses.replace(office.contract(FEED), cadence_months=1, late_after_days=days)
    keep(settings, monthly, due)
    found = rows(settings, "select distinct due_on, basis from register.duty where period_name = '2026-01'")
    assert found == [(due, "official_calendar")]
    assert keep(settings, monthly, due)["overdue"] == 0
    assert keep(settings, monthly, due + timedelta(days=1))["overdue"] == len(places.counties())


def test_where_the_calendar_ends_weekdays_count_and_it_is_said(settings: Settings) -> None:
    pipeline.keep_register(settings, LATER)
    for period, basis in (("2026H1", "official_calendar"), ("2026H2", "weekdays_only")):
        assert duty(settings, LATER, period).basis == basis
    far = calendar.period_of(date(2040, 12, 31), 6, 10)
    assert (far.due, far.basis) == (date(2041, 1, 10), "weekdays_only")
    page = (settings.reports / "2026H2" / "index.html").read_text(encoding="utf-8")
    assert "放假安排尚未公布" in page


@pytest.mark.parametrize(
    ("months", "names"),
    [(1, ["2026-05", "2026-06", "2026-07"]), (3, ["2026Q3"]), (6, ["2026H2"]), (12, [])],
)
def test_periods_begin_with_the_year_and_the_first_one_counted(
    settings: Settings, months: int, names: list[str]
) -> None:
    contract = dataclasses.replace(office.contract(FEED), cadence_months=months)
    keep(settings, contract, LATER, Rules(date(2026, 4, 2)))
    found = [name for (name,) in rows(settings, "select distinct period_name from register.duty order by 1")]
    assert found == names


def test_a_feed_without_a_stated_frequency_owes_nothing(settings: Settings, tmp_path: Path) -> None:
    text = (settings.feeds / "townships.visits.odcs.yaml").read_text(encoding="utf-8")
    assert "value: event" in text  # visits come as they happen, but their contract asks for a nil return
    assert office.contract("townships.visits").cadence_months == 6
    silent = "\n".join(line for line in text.splitlines() if "property: frequency" not in line)
    (tmp_path / "townships.visits.odcs.yaml").write_text(silent, encoding="utf-8")
    pipeline.keep_register(dataclasses.replace(settings, feeds=tmp_path), LATER)
    assert rows(settings, "select 1 from register.duty") == []


def test_who_is_not_expected_is_shown_with_the_reason_and_never_alarmed(settings: Settings) -> None:
    contract = office.contract(FEED)
    assert keep(settings, contract, LATER)["overdue"] == len(places.counties())
    by = Rules(RULES.first_period, (Deviation("由市级统一报送", FEED, office.COUNTY),))
    counts = keep(settings, contract, LATER, by)
    assert (counts["overdue"], counts["NOT_EXPECTED"]) == (len(places.counties()) - 1, 2)
    assert duty(settings, LATER).excluded_reason == "由市级统一报送"
    assert rows(settings, "select 1 from register.alarm where county_code = :county", county=office.COUNTY) == []
    assert keep(settings, contract, LATER)["overdue"] == len(places.counties())  # and back again


def test_a_feed_that_begins_later_owes_nothing_before(settings: Settings) -> None:
    contract = office.contract(FEED)
    keep(settings, contract, LATER)
    by = Rules(RULES.first_period, (Deviation("2026年下半年起报送", FEED, first_period=date(2026, 7, 1)),))
    assert keep(settings, contract, LATER, by)["overdue"] == 0
    assert rows(settings, "select distinct period_name from register.duty") == [("2026H2",)]


def test_what_was_due_stays_when_the_contract_changes(settings: Settings) -> None:
    contract = office.contract(FEED)
    keep(settings, contract, LATER)
    stricter = dataclasses.replace(contract, late_after_days=3)
    keep(settings, stricter, LATER)
    assert rows(settings, "select distinct period_name, due_on from register.duty order by 1") == [
        ("2026H1", DUE),
        ("2026H2", date(2027, 1, 4)),
    ]
    keep(settings, dataclasses.replace(contract, cadence_months=3), LATER)
    found = rows(settings, "select distinct period_name from register.duty order by 1")
    assert found == [("2026H1",), ("2026Q3",)]  # no quarter is asked for that a half-year covered
    with db.transaction(settings.database_url) as conn:
        register.keep(conn, {}, LATER, RULES)  # the feed ended: its history stays, nothing more is owed
    assert rows(settings, "select distinct period_name from register.duty") == [("2026H1",)]


def test_the_note_appears_in_zones_that_exist_and_goes_when_the_file_came(settings: Settings) -> None:
    note(settings).parent.mkdir(parents=True)
    pipeline.keep_register(settings, DUE)
    assert not note(settings).exists()
    assert pipeline.keep_register(settings, ALARM)["reminders"] == 1
    told = note(settings).read_bytes().decode("utf-8-sig")
    for words in (
        "MISSING",
        "2026年上半年",
        "2026-07-10",
        "2026-07-11",
        f"学籍信息_{office.COUNTY}_20260630_零报告.csv",
    ):
        assert words in told
    assert sum(1 for _ in settings.landing.glob("*/*")) == 1  # no zone was made for the others
    before = note(settings).stat().st_mtime_ns
    pipeline.keep_register(settings, LATER)
    assert note(settings).stat().st_mtime_ns == before
    send(settings, "2026-07-13 10:00", suffix="_零报告", data=b"")
    assert pipeline.keep_register(settings, LATER)["reminders"] == 0
    assert not note(settings).exists()


def test_the_note_names_the_file_that_was_refused(settings: Settings) -> None:
    receipt_id = send(settings, "2026-07-09 10:00", data="甲,乙\r\n1,2\r\n".encode())
    pipeline.keep_register(settings, LATER)
    told = note(settings).read_bytes().decode("utf-8-sig")
    assert "REJECTED_ONLY" in told and f"收据 {receipt_id}" in told


def test_index_alone_brings_register_and_note_up_to_date(settings: Settings) -> None:
    """A sender who has just sent is not reminded until tomorrow morning."""
    note(settings).parent.mkdir(parents=True)
    pipeline.keep_register(settings)
    assert note(settings).exists()
    send(settings, "2026-07-13 10:00")
    pipeline.index(settings)
    assert not note(settings).exists()


def test_pages_show_the_register(settings: Settings) -> None:
    withdrawn = send(settings, "2026-07-08 10:00", pupils=2)
    withdraw(settings, withdrawn, "2026-07-09 10:00")
    pipeline.keep_register(settings, ALARM)
    page = (settings.reports / "2026H1" / "index.html").read_text(encoding="utf-8")
    owed = len(places.counties()) * 9
    assert page.count("逾期未报</span>") == page.count("— 未报送</td>") == owed
    assert "↩" in page  # the file that was taken back is there, and does not stand
    send(settings, "2026-07-13 10:00")
    pipeline.keep_register(settings, LATER)
    page = (settings.reports / "2026H1" / "index.html").read_text(encoding="utf-8")
    assert "逾期报送 2026-07-13" in page and page.count("逾期未报</span>") == owed - 1
    rounds = (settings.reports / "index.html").read_text(encoding="utf-8")
    assert f'<td class="num">{owed - 1}</td>' in rounds
    (second,) = rows(settings, "select max(receipt_id) from intake.receipt")[0]
    withdraw(settings, second, "2026-07-15 10:00")
    pipeline.keep_register(settings, LATER)
    page = (settings.reports / "2026H1" / "index.html").read_text(encoding="utf-8")
    assert page.count("逾期未报，自2026-07-15撤回</span>") == 1


def test_receipt_and_register_tell_the_same_due_day(settings: Settings) -> None:
    receipt_id = send(settings, "2026-07-11 09:00")
    pipeline.keep_register(settings, LATER)
    with db.transaction(settings.database_url) as conn:
        from childledger.reports.result import read_result

        result = read_result(conn, office.contract(FEED), receipt_id)
    found = duty(settings, LATER)
    assert result and (result.deadline, result.is_late) == (found.due_on, found.is_late) == (DUE, True)


def test_the_command_prints_counts_or_lines(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    send(settings, "2026-07-13 10:00")
    monkeypatch.setenv("CHILDLEDGER_HOME", str(settings.home))
    monkeypatch.setenv("CHILDLEDGER_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("CHILDLEDGER_SETTLE_SECONDS", "0")
    assert cli.main(["register", "--as-of", "2026-07-20"]) == 0
    assert f"MISSING  {len(places.counties()) - 1}" in " ".join(capsys.readouterr().out.split(" ")).replace("   ", " ")
    assert cli.main(["register", "--as-of", "2026-07-20", "--county", office.COUNTY, "--overdue"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + 8 and not [line for line in lines if FEED in line]
    assert cli.main(["register", "--as-of", "2026-07-12", "--county", office.COUNTY, "--feed", FEED]) == 0
    assert "MISSING" in capsys.readouterr().out


def test_the_rules_in_force_can_be_read_and_wrong_ones_are_refused() -> None:
    assert register.rules().first_period <= date(2026, 7, 1)
    told = register.read_rules(
        "first_period: '2026-01-01'\n"
        "exceptions:\n"
        "  - {feed: education.enrolment, county: '410105', first_period: '2027-01-01', reason: 新增}\n"
        "  - {county: '410105', reason: 撤并}\n"
    )
    assert told.owed(FEED, "410105") == (date(2027, 1, 1), None)
    assert told.owed("cdc.vaccination", "410105") == (date(2026, 1, 1), "撤并")
    assert told.owed("cdc.vaccination", "410102") == (date(2026, 1, 1), None)
    for wrong in (
        "{county: '999999', reason: x}",
        "{county: '410105'}",
        "{reason: x}",
        "{feed: a.b, reason: x, to: y}",
    ):
        with pytest.raises(ContractError, match=r"^register.yaml: "):
            register.read_rules(f"first_period: '2026-01-01'\nexceptions: [{wrong}]\n")
    with pytest.raises(ContractError, match=r"^register.yaml: needs first_period"):
        register.read_rules("exceptions: []\n")
