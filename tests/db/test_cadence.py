"""How long statements count, what is new evidence, and that everybody is looked at again in time, evenly."""

from __future__ import annotations

import dataclasses
import itertools
import random
from datetime import date, timedelta
from math import floor
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

import canon
import office
from canon import drop_residence, fresh, residence, scalar, take_in
from childledger import db, ledger, pipeline
from childledger.cli import main
from childledger.errors import ContractError, DutyMissed, LedgerError
from childledger.ledger import cadence, duty, facts
from childledger.settings import Settings
from fix_db import Server

DAY = date(2026, 7, 12)


def run(settings: Settings, day: date = DAY) -> None:
    take_in(settings)
    pipeline.resolve(settings)
    pipeline.refresh(settings, day)


def change(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """Other clocks than those of the office."""
    told = dataclasses.replace(ledger.rules(), cadence=dataclasses.replace(ledger.rules().cadence, **changes))
    for module in (facts, duty):
        monkeypatch.setattr(module, "rules", lambda: told)


def test_each_kind_counts_as_long_as_it_may(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    child = office.pupil(1)
    insured = {"insurance_number": "B1", "insurance_status": "正常参保", "insured_until": "2026-09-10", **child}
    data = office.as_csv("insurance.enrolment", [insured])
    office.drop(settings, "insurance", f"居民医保参保_{office.COUNTY}_{office.AS_OF}.csv", data)
    endorsed = ("2026-09-10", "2031-01-01", "")
    drop_residence(settings, [residence(n, permit_endorsed_until=day) for n, day in enumerate(endorsed, 1)])
    office.drop_pupils(settings, [child])
    change(monkeypatch, terms=[{"first_day": "2026-02-20", "last_day": "2026-07-03"}])
    run(settings)
    with db.transaction(settings.database_url) as conn:
        told = conn.execute(sa.text("select kind, expires_date from ledger.fact order by kind, source_record_id")).all()
    expires: dict[str, list[date]] = {}
    for kind, day in told:
        expires.setdefault(kind, []).append(day)
    assert expires["insurance_status"] == [date(2026, 10, 1)]
    assert expires["permit_status"] == [date(2026, 9, 11), date(2027, 6, 30), date(2026, 12, 30)]
    assert expires["enrolment_status"] == expires["grade"] == [date(2026, 7, 4)]
    assert set(expires["residence_code"]) == {date(2026, 12, 30)}


def test_expired_evidence_is_neither_active_nor_solved(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1, vagrancy="是")])
    run(settings)
    run(settings, date(2026, 12, 20))
    assert scalar(settings, "select status || coalesce(verdict, '') from ledger.flag") == "lapsed"
    assert scalar(settings, "select count(*) from ledger.fact where kind = 'vagrancy'") == 1
    assert scalar(settings, "select count(*) from ledger.valid_fact('2026-12-20')") == 0


@pytest.mark.parametrize(("more_than", "refreshed"), [(3, [5]), (4, [1, 2, 3, 4, 5])])
def test_the_same_said_of_a_whole_village_refreshes_nobody(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, more_than: int, refreshed: list[int]
) -> None:
    office.drop_pupils(settings, [office.pupil(n) for n in range(1, 7)])
    rows = [office.survey(n, surveyed_on="2026-07-10") for n in range(1, 6)]
    rows[4]["lives_with"] = "父亲"
    office.drop_survey(settings, rows, as_of="20260711")
    change(monkeypatch, mass=ledger.rules().cadence.mass | {"more_than": more_than})
    run(settings)
    statement = """select name from ledger.profile where last_evidence_date = '2026-07-10' order by name"""
    with db.transaction(settings.database_url) as conn:
        assert set(conn.execute(sa.text(statement)).scalars()) == {office.pupil(n)["name"] for n in refreshed}
    assert scalar(settings, "select count(*) from ledger.mass_confirmation") == (4 if more_than == 3 else 0)
    office.drop_survey(settings, rows[:3] + rows[4:], as_of="20260711", suffix="_更正1")
    run(settings)
    assert scalar(settings, "select count(*) from ledger.mass_confirmation") == 0
    assert scalar(settings, "select count(*) from ledger.profile where last_evidence_date = '2026-07-10'") == 4


def test_only_a_visit_that_reached_the_child_is_evidence(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1, vagrancy="是")])
    run(settings)
    with db.transaction(settings.database_url) as conn:
        item = dict(conn.execute(sa.text("select item_id, child_id from followup.item")).one()._mapping)
    child = office.pupil(1)
    item |= {"name": child["name"], "birth_date": child["birth_date"], "sex_title": child["sex"]}
    dates = "select last_evidence_date from ledger.profile where last_seen_date = last_evidence_date"
    office.drop_visits(settings, [office.visit(item, visit_outcome="不在家", verdict="")])
    run(settings)
    assert scalar(settings, dates) == date(2026, 6, 20)
    office.drop_visits(settings, [office.visit(item)], suffix="_更正1")
    run(settings)
    assert scalar(settings, dates) == date(2026, 7, 11)


def village(conn: Connection, name: str, last_dates: list[date]) -> None:
    """Children of the ledger who live in one village, with the day of their newest evidence."""
    for number, day in enumerate(last_dates):
        child = conn.execute(sa.text("insert into identity.child default values returning child_id")).scalar_one()
        values = {"child": child, "village": name, "day": day, "birth": date(2015, 1, 1) + timedelta(number)}
        for statement in (
            """insert into ledger.profile
                (child_id, birth_date, residence_village, last_evidence_date, last_seen_date)
            values (:child, :birth, :village, :day, :day)""",
            """insert into ledger.entry (child_id, county_code, tier, stay, definition_version, entered_date)
            values (:child, '410105', 'monitored', 1, 'x', '2025-01-01')""",
        ):
            conn.execute(sa.text(statement), values)


def test_no_village_has_a_june_and_a_december_wave(conn: Connection) -> None:
    chance, start = random.Random(5), date(2026, 6, 30)
    sizes = {"一时": 260, "散": 100, "两批": 60, "小": 7}
    village(conn, "一时", [start] * 260)
    village(conn, "散", [start - timedelta(chance.randrange(180)) for _ in range(100)])
    village(conn, "两批", [start] * 30 + [start - timedelta(170)] * 30)
    village(conn, "小", [start] * 7)
    duties = db.json([rule for rule in ledger.rules().cadence.duties if rule["duty"] == "review"])
    owed = sa.text(
        "select village, child_id, last_date, due_date from ledger.duties(cast(:duties as jsonb), '2011-01-01')"
    )
    visit = sa.text(
        "update ledger.profile set last_evidence_date = :day, last_seen_date = :day where child_id = :child"
    )
    weeks: dict[str, list[int]] = {name: [] for name in sizes}
    for monday in (start + timedelta(7 * week) for week in range(78)):
        rows = conn.execute(owed, {"duties": duties}).all()
        assert all(timedelta(0) < row.due_date - row.last_date <= timedelta(180) for row in rows)
        due = [row for row in rows if row.due_date <= monday + timedelta(7)]
        for name, numbers in weeks.items():
            numbers.append(sum(row.village == name for row in due))
        if due:
            conn.execute(visit, [{"day": max(row.due_date, monday), "child": row.child_id} for row in due])
    weeks["两批"][0] = 0  # what an earlier wave left behind; it never comes again
    for name, numbers in weeks.items():
        mean = sizes[name] * 7 / 180
        assert max(numbers) <= max(1.3 * mean, floor(mean) + 1), (name, numbers)


def test_other_days_for_a_tier_or_county_but_never_beyond_the_floor(conn: Connection) -> None:
    told: dict[str, Any] = {
        "months": 6,
        "facts": {},
        "beside": [],
        "mass_confirmation": {},
        "seen_by": [],
        "warn_after_days": 150,
    }
    told["duties"] = {"visit": {"days": 30, "met_by": "seen"}}
    told["exceptions"] = [{"duty": "visit", "tier": "monitored", "county_code": "410105", "days": 14}]
    village(conn, "村", [date(2026, 7, 1)])
    read = cadence.read(told, {"terms": []})
    rows = conn.execute(
        sa.text("select due_date from ledger.duties(cast(:d as jsonb), '2011-01-01')"), {"d": db.json(read.duties)}
    )
    assert rows.scalars().all() == [date(2026, 7, 15)]
    for beyond in ({"months": 7}, {"facts": {"grade": {"months": 12}}}, {"duties": {"visit": {"days": 181}}}):
        with pytest.raises(ContractError, match="floor is half a year"):
            cadence.read(told | {"exceptions": []} | beyond, {"terms": []})


def test_half_a_year_warns_blocks_the_round_and_yields_to_a_named_exception(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office.drop_survey(settings, [office.survey(1), office.survey(2, surveyed_on="2026-06-30")])
    run(settings)
    assert pipeline.watch_duties(settings, date(2026, 11, 16)) == []
    late = date(2026, 12, 27)  # 190 days after the one, 180 after the other; nothing ran meanwhile
    with pytest.raises(DutyMissed, match=r"410105: 2$"):
        pipeline.watch_duties(settings, late)
    monkeypatch.setenv("CHILDLEDGER_DATABASE_URL", settings.database_url)
    monkeypatch.setattr("childledger.clocks.today", lambda: late)
    with db.transaction(settings.database_url) as conn:
        assert [(row.county_code, row.days) for row in duty.blocking(conn, late, "2026H2")] == [
            ("410105", 190),
            ("410105", 180),
        ]
        assert duty.blocking(conn, date(2026, 7, 3), "2026H1") == []
        ids = [str(row.child_id) for row in duty.blocking(conn, late, "2026H2")]
        with pytest.raises(LedgerError, match="within 180 days"):
            duty.grant(conn, int(ids[0]), "出国", "zhao", late, date(2028, 1, 1))
    assert main(["except-duty", ids[0], "--reason", "随父出国", "--officer", "zhao", "--until", "2027-01-10"]) == 0
    assert main(["forecast"]) == 0
    assert "第三社区  review  peak=2" in capsys.readouterr().out
    with db.transaction(settings.database_url) as conn:
        assert [str(row.child_id) for row in duty.blocking(conn, late, "2026H2")] == ids[1:]
        assert [str(row.child_id) for row in duty.blocking(conn, date(2027, 1, 11), "2026H2")] == ids
    pipeline.refresh(settings, date(2027, 1, 11))  # both fell out of the ledger: they are owed as before
    with pytest.raises(DutyMissed, match=r"410105: 2$"):
        pipeline.watch_duties(settings, date(2027, 1, 11))


def test_who_is_missed_in_one_place_silences_no_warning(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1), office.survey(2, surveyed_on="2026-06-30")])
    run(settings)
    told = r"for 180 days, by county: 410105: 1; 410105: 1 children without new evidence for 150 days$"
    with pytest.raises(DutyMissed, match=told):
        pipeline.watch_duties(settings, date(2026, 12, 17))


def test_days_without_a_scheduler_change_nothing(server: Server, template: str) -> None:
    found = []
    for days in ((17, 18, 19, 20, 21), (17, 21)):
        with fresh(server, template) as settings:
            rows = [office.survey(n, surveyed_on=f"2026-06-{17 + n}", vagrancy="是") for n in (1, 2, 3, 4, 9)]
            office.drop_survey(settings, rows)
            for day in days:
                run(settings, date(2026, 12, day))
            with db.transaction(settings.database_url) as conn:
                owed = duty.unrefreshed(conn, date(2026, 12, 21), date(2026, 12, 21), 150)
                load = duty.forecast(conn, date(2026, 12, 21))
            found.append((canon.dump(settings), [tuple(row) for row in owed], load))
    assert found[0] == found[1]
    assert len(found[0][1]) == 5
    assert list(itertools.chain(*found[0][2].values()))
