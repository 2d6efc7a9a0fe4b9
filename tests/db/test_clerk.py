"""A clerk's morning: template, filled in wrong, checked, dropped, answered, mended in the answer itself, accepted."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

import office
from childledger import cli, contracts, db, pipeline
from childledger.settings import INCLUDE, Settings

CONTRACT = contracts.load(INCLUDE / "feeds" / f"education.enrolment{contracts.SUFFIX}")
STEM = f"{CONTRACT.title}_{office.COUNTY}_{office.AS_OF}"
WRONG = {3: ("身份证件号", "4.10105E+17"), 4: ("性别", "男生"), 5: ("出生日期", "42077"), 6: ("姓名", "/")}
"""Line → what is typed in wrong."""


def fill_template(folder: Path) -> bytes:
    """The form from `childledger feeds docs`, with eight pupils, four of them wrong and one with a wide number."""
    assert cli.main(["feeds", "docs", "--out", str(folder)]) == 0
    (form,) = folder.rglob(f"{CONTRACT.title}*.xlsx")
    book = openpyxl.load_workbook(form)
    sheet = book.worksheets[0]
    headings = {str(cell.value).strip("*＊"): cell.column for cell in sheet[1]}
    for line, row in enumerate((office.pupil(number) for number in range(1, 9)), 2):
        for column in CONTRACT.columns:
            sheet.cell(line, headings[column.heading], row.get(column.name) or None)
    for line, (heading, value) in WRONG.items():
        sheet.cell(line, headings[heading], value)
    sheet.cell(8, headings["学校所在地行政区划码"], "４１０１０５")
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def check(file: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any], list[Any]]:
    told = folder / "issues.jsonl"
    capsys.readouterr()
    code = cli.main(["check", str(file), "--feed", CONTRACT.feed, "--json", "--issues", str(told)])
    issues = [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()]
    return code, json.loads(capsys.readouterr().out), issues


def take_in(settings: Settings, name: str, content: bytes) -> Any:
    office.drop(settings, "education", name, content)
    pipeline.receive(settings)
    pipeline.ingest(settings, CONTRACT.feed)
    told = "select receipt_id, verdict, accepted_count, rejected_count from intake.receipt order by receipt_id desc"
    with db.transaction(settings.database_url) as conn:
        return conn.execute(sa.text(told)).first()


def test_from_template_to_acceptance(settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sent = fill_template(tmp_path / "forms")
    file = tmp_path / f"{STEM}.xlsx"
    file.write_bytes(sent)
    code, summary, issues = check(file, tmp_path, capsys)
    held = {issue["line"]: issue["code"] for issue in issues if issue["action"] == "held_back"}
    assert (code, summary["verdict"], summary["lines"]["accepted"]) == (3, "partial", 4)
    assert held == {3: "ID_DAMAGED_BY_EXCEL", 4: "NOT_IN_LIST", 5: "DATE_AS_SERIAL", 6: "REQUIRED_MISSING"}

    receipt_id, verdict, accepted, rejected = take_in(settings, file.name, sent)
    assert (verdict, accepted, rejected) == ("partial", 4, 4)
    zone = settings.landing / "education" / office.COUNTY / "receipts"
    answer = zone / f"{receipt_id}_{STEM}_已收_4行需改.xlsx"
    book = openpyxl.load_workbook(answer)
    sheet = book.worksheets[0]
    headings = {str(cell.value).strip("*＊"): cell.column for cell in sheet[1]}
    told = {int(row[headings["行号"] - 1].value): row[headings["代码"] - 1].value for row in sheet.iter_rows(min_row=2)}
    assert {line: codes for line, codes in told.items() if line in held} == {
        3: "ID_DAMAGED_BY_EXCEL", 4: "NOT_IN_LIST", 5: "DATE_AS_SERIAL", 6: "NULL_WORD；REQUIRED_MISSING",
    }  # fmt: skip
    assert "男、女" in sheet.cell(4, headings["怎么改"]).value  # the words of the list stand beside the mistake

    for line, (heading, _) in WRONG.items():
        column = next(column for column in CONTRACT.columns if column.heading == heading)
        sheet.cell(line, headings[heading], office.pupil(line - 1).get(column.name) or None)
    mended = io.BytesIO()
    book.save(mended)
    _, verdict, accepted, rejected = take_in(settings, f"{STEM}_更正1.xlsx", mended.getvalue())
    assert (verdict, accepted, rejected) == ("accepted", 8, 0)
    with db.transaction(settings.database_url) as conn:
        standing = "select count(*) from conformed.source_record where status = 'in_force'"
        assert conn.execute(sa.text(standing)).scalar_one() == 8


def test_only_the_mended_rows_will_do(settings: Settings, tmp_path: Path) -> None:
    sent = fill_template(tmp_path / "forms")
    take_in(settings, f"{STEM}.xlsx", sent)
    rows = [office.pupil(line - 1) for line in WRONG]
    _, verdict, accepted, _ = take_in(settings, f"{STEM}_补报1.csv", office.as_csv(CONTRACT.feed, rows))
    assert (verdict, accepted) == ("accepted", 4)
    with db.transaction(settings.database_url) as conn:
        standing = "select count(*), count(distinct record_key) from conformed.source_record where status = 'in_force'"
        assert tuple(conn.execute(sa.text(standing)).one()) == (8, 8)
