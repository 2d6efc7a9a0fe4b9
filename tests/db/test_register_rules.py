"""What is owed by whom until when: the working calendar, the contract and rules/register.yaml decide, and say so."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from pathlib import Path

import pytest

import office
from childledger import calendar, db, pipeline, places, register
from childledger.errors import ContractError
from childledger.register import Deviation, Rules
from childledger.settings import Settings
from duties import DUE, FEED, LATER, RULES, duty, keep, rows


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
