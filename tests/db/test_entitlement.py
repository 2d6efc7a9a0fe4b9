"""The proof matrix on a real database: each child and service in one state, proven by a row, or a gap with its age."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

import office
from childledger import db, editions, entitlement, entitling, ledger, pipeline
from childledger.cli import main
from childledger.entitlement import seats
from childledger.errors import CheckFailed
from childledger.settings import Settings

DAY = date(2026, 7, 12)
SCHOOLING, ORPHAN = "compulsory_schooling", "orphan_allowance"


def take_in(settings: Settings, day: date = DAY) -> dict[str, int]:
    for feed in pipeline.receive(settings):
        pipeline.ingest(settings, feed)
    pipeline.resolve(settings)
    pipeline.refresh(settings, day)
    return pipeline.entitle(settings)


def rows(settings: Settings, statement: str, **binds: Any) -> list[Any]:
    with db.transaction(settings.database_url) as conn:
        return list(conn.execute(sa.text(statement), binds))


def matrix(settings: Settings, service: str) -> dict[str, Any]:
    """Rows of one service by the child's name."""
    statement = """
        select profile.name, due.* from entitlement.entitlement as due
        join ledger.profile as profile using (child_id) where service_code = :service"""
    return {row.name: row for row in rows(settings, statement, service=service)}


def name(number: int) -> str:
    return str(office.pupil(number)["name"])


def toddler(**changes: Any) -> dict[str, Any]:
    """A child of five, surveyed and not at school."""
    identity = office.resident_id("411681", "20210215", 24)
    return office.survey(9, office.pupil(9, id_number=identity, birth_date="2021-02-15", sex="女"), **changes)


@pytest.fixture
def province(settings: Settings) -> Settings:
    """1 at school, 2 dropped out, 3 on no roll, 4 neither and without number, 5 unguarded, once at school, 9 five."""
    out = office.pupil(2, enrolment_status="辍学")
    office.drop_pupils(settings, [office.pupil(5), office.pupil(1)], "20251231")
    office.drop_pupils(settings, [office.pupil(1), out])
    surveys = [office.survey(n) for n in (1, 2, 3)] + [office.survey(4, id_number=""), toddler()]
    office.drop_survey(settings, [*surveys, office.survey(5, guardian_status="失联")])
    take_in(settings)
    return settings


def test_each_state_has_its_row_reason_and_day(province: Settings) -> None:
    found = {
        who: (row.state, row.reason, row.eligible_since, row.gap_since)
        for who, row in matrix(province, SCHOOLING).items()
    }
    since = date(2024, 9, 1)  # half a year after they came
    assert found == {
        name(1): ("received", None, since, None),
        name(2): ("gap", "said_otherwise", since, since),
        name(3): ("gap", "not_listed", since, since),
        name(4): ("gap", "no_identity_number", since, since),
        name(5): ("gap", "proof_expired", since, date(2026, 6, 30)),
        name(9): ("not_eligible", None, None, None),  # six in 2027: school begins in September
    }
    proof = matrix(province, SCHOOLING)[name(1)].proof_record_id
    told = rows(province, "select feed, as_of_date from conformed.source_record where source_record_id = :r", r=proof)
    assert told == [("education.enrolment", date(2026, 6, 30))]
    orphan = matrix(province, ORPHAN)
    assert {who: row.state for who, row in orphan.items() if row.state != "not_eligible"} == {name(5): "gap"}
    due = orphan[name(5)]
    assert (due.reason, due.owner_county_code, due.ground_kind) == ("awaits_hukou_place", "411681", "guardian_status")
    assert {row.reason for row in matrix(province, "family_doctor").values()} == {"target_unknown"}
    counts = pipeline.entitle(province)  # once more: nothing is computed twice
    assert rows(province, "select count(*) from entitlement.run") == [(1,)]
    states = sum(counts[state] for state in ("received", "gaps", "not_eligible", "unknown"))
    assert states == counts["children"] * counts["services"] == 6 * len(shipped("henan.2").services)
    rows(province, "delete from entitlement.entitlement where service_code = 'housing' returning 1")
    with db.transaction(province.database_url) as conn, pytest.raises(CheckFailed, match="service_once: 6 rows"):
        ledger.verify(conn)


def shipped(called: str) -> editions.Edition:
    return next(edition for edition in editions.editions() if edition.name == called)


def test_silence_is_no_gap_a_nil_return_is_one_and_what_is_gone_leaves_no_row(province: Settings) -> None:
    due = [row for row in matrix(province, "vaccination").values() if row.state != "not_eligible"]
    assert [(row.state, row.reason) for row in due] == [("unknown", "source_silent")]
    office.drop(province, "cdc", f"预防接种_{office.COUNTY}_20260630_零报告.csv", office.as_csv("cdc.vaccination", []))
    take_in(province)
    five = matrix(province, "vaccination")[name(9)]
    assert (five.state, five.reason, five.owner_department) == ("gap", "not_listed", None)
    newest = rows(province, "select max(receipt_id) from intake.receipt where feed = 'education.enrolment'")[0][0]
    pipeline.withdraw(province, newest, "报错了文件", "officer")
    assert {row.reason for row in matrix(province, SCHOOLING).values()} == {"source_silent", None}
    assert matrix(province, SCHOOLING)[name(1)].state == "unknown"
    take_in(province, date(2027, 3, 1))  # nothing counts any more: nobody is monitored
    assert rows(province, "select count(*) from entitlement.entitlement") == [(0,)]


def test_a_citys_list_serves_its_counties(province: Settings, tmp_path: Path) -> None:
    shutil.copy(editions.FOLDER / "henan.2.yaml", tmp_path / "410100.1.yaml")
    with db.transaction(province.database_url) as conn:
        entitlement.prove(conn, editions.editions() + editions.editions(tmp_path))
    assert rows(province, "select distinct place, edition from entitlement.entitlement") == [("410100", 1)]
    pipeline.entitle(province)  # the shipped lists again: other lists are another matrix
    assert rows(province, "select distinct place from entitlement.entitlement") == [("henan",)]
    pipeline.entitle(province)
    assert rows(province, "select count(*) from entitlement.run") == [(3,)]


def test_gaps_are_published_without_children_and_listed_for_their_own_county(
    province: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = [(province.reports / page).read_text(encoding="utf-8-sig") for page in ("gaps.html", "gaps.csv")]
    assert not any(name(n) in page or "2015-" in page for n in range(1, 10) for page in pages)
    table = {row["service_code"]: row for row in csv.DictReader(pages[1].splitlines())}
    assert (table[SCHOOLING]["gaps"], table[SCHOOLING]["gaps_0_5"]) == ("<10", "0")
    assert "未知：没有部门数据能证明" in pages[0]
    listed = county_list(province)
    assert len(listed) == 5 and {row[1] for row in listed} == {name(n) for n in (2, 3, 4, 5)}
    assert [row[10] for row in listed if row[9].startswith("须由户籍地")] == ["周口市项城市 未明确"]
    child = rows(province, "select child_id from ledger.profile where name = :n", n=name(3))[0][0]
    pipeline.shield(province, child, "shielded", "公安来函", "zhao")
    pipeline.entitle(province)
    assert name(3) not in {row[1] for row in county_list(province)} and len(county_list(province)) == 5
    monkeypatch.setenv("CHILDLEDGER_HOME", str(province.home))
    monkeypatch.setenv("CHILDLEDGER_DATABASE_URL", province.database_url)
    assert main(["gaps", "--county", office.COUNTY]) == 0
    told = capsys.readouterr().out
    assert told.count("gap_days=") == 5 and f"child_id={child}" in told and name(3) not in told


def county_list(settings: Settings) -> list[list[str]]:
    book = openpyxl.load_workbook(settings.queues / office.COUNTY / f"服务缺口_{office.COUNTY}.xlsx")
    return [[str(cell.value or "") for cell in row] for row in book["服务缺口"].iter_rows(min_row=2)]


def test_the_same_code_runs_another_province(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """天河 in Guangdong: its counties, its list; Henan's counties are another province's there."""
    monkeypatch.setenv("CHILDLEDGER_PROVINCE", "guangdong")
    office.drop_pupils(settings, [office.pupil(7)])
    there = {"residence_code": "440106"}
    permit = {"registration_number": "J1", "permit_status": "有效", "residence_since": "2024-03-01"}
    for department, feed, title, sent in (
        ("education", "education.enrolment", "学籍信息", [office.pupil(n, **there) for n in (1, 2)]),
        ("civil_affairs", "civil_affairs.screening", "入户摸排", [office.survey(n, **there) for n in (1, 2, 3)]),
        ("public_security", "public_security.residence", "居住登记", [office.survey(1, **there) | permit]),
    ):
        data = office.as_csv(feed, sent)
        office.drop(settings, department, f"{title}_440106_{office.AS_OF}.csv", data, "440106")
    counts = take_in(settings)
    refused = rows(settings, "select county_code, verdict_code from intake.receipt where verdict = 'rejected'")
    assert refused == [("410105", "UNKNOWN_COUNTY")]
    assert (counts["children"], counts["services"]) == (3, 3)
    assert rows(settings, "select distinct county_code, place, edition from entitlement.entitlement") == [
        ("440106", "guangdong", 1)
    ]
    assert {row.state for row in matrix(settings, SCHOOLING).values()} == {"received", "gap"}
    insured = matrix(settings, "resident_insurance")
    assert {who: row.reason for who, row in insured.items() if row.state != "not_eligible"} == {
        name(1): "source_silent"
    }


def test_seats_are_expected_from_what_the_ledger_held_each_december(settings: Settings) -> None:
    """Three school years of rolls, two pupils a grade higher in each; a survey of last December has a child of four."""
    for year, grade in zip((2023, 2024, 2025), ("一年级", "2年级", "三年级"), strict=True):
        office.drop_pupils(settings, [office.pupil(n, grade=grade) for n in (1, 2)], f"{year}1231")
    office.drop_survey(settings, [toddler(surveyed_on="2025-12-20", residence_since="2023-01-05")], "20251231")
    take_in(settings)
    with db.transaction(settings.database_url) as conn:
        seen = seats.read_history(conn, by_township=False, as_of=DAY)
        by_township = seats.read_history(conn, by_township=True, as_of=DAY)
    told = {(row.year, row.step): (row.area, row.count) for row in seen.itertuples(name="Row", index=False)}
    steps = {(2023, 6): 2, (2024, 7): 2, (2025, 8): 2, (2025, 4): 1}
    assert told == {cell: (office.COUNTY, count) for cell, count in steps.items()}
    assert set(by_township["area"]) == {f"{office.COUNTY} 花园路街道", f"{office.COUNTY} 乡镇未知"}
    assert entitling.expect_pupils(settings, None, by_township=False)["year"].nunique() == seats.SEPTEMBERS
    expected = seats.expect(seen, date(2026, 8, 31))
    third = expected[(expected["year"] == 2026) & (expected["grade"] == 4)]
    assert third["expected"].tolist() == pytest.approx([2], abs=0.1)
