"""Templates as a clerk uses them: opened, filled in, sent back; and what they refuse to let through unsaid."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

import office
from childledger import cli, contracts, db, forms, intake, pipeline, places, reader, records
from childledger.contracts import Column, Contract
from childledger.forms import template, words
from childledger.settings import INCLUDE, Settings

HERE = Path(__file__).parent
NEW = contracts.load_all(HERE / "new_feed")
FEEDS = contracts.load_all(INCLUDE / "feeds")
EVERY = pytest.mark.parametrize("contract", [*FEEDS.values(), *NEW.values()], ids=lambda contract: contract.feed)


def opened(contract: Contract) -> Any:
    return openpyxl.load_workbook(io.BytesIO(template.as_workbook(contract)))


def columns(contract: Contract, sheet: Any) -> Iterator[tuple[Column, str, Any]]:
    """Each column with its letter and its validation."""
    for cell, column in zip(sheet[1], contract.columns, strict=True):
        place = f"{cell.column_letter}2:{cell.column_letter}{template.LAST}"
        found = [v for v in sheet.data_validations.dataValidation if str(v.sqref) == place]
        assert len(found) <= 1
        yield column, cell.column_letter, found[0] if found else None


def listed(book: Any, validation: Any) -> list[str]:
    """The values a drop-down offers."""
    ((sheet, cells),) = book.defined_names[validation.formula1].destinations
    return [cell.value for (cell,) in book[sheet][cells]]


def good_rows(feed: str) -> list[dict[str, str]]:
    """The rows of a feed's good sample by column name, as written."""
    (path,) = (path for path in sorted((HERE / feed).glob("good.*")) if path.suffix in (".csv", ".xlsx"))
    (chunk,) = reader.read(path, FEEDS[feed], path.suffix[1:], 30)
    raw = {name: column.to_pylist() for name, column in chunk.raw().items()}
    return [dict(zip(raw, cells, strict=True)) for cells in zip(*raw.values(), strict=True)]


def filled(contract: Contract, rows: list[dict[str, str]]) -> bytes:
    """The template with rows typed in: dates become dates, everything else stays text."""
    book, content = opened(contract), io.BytesIO()
    for line, row in enumerate(rows, 2):
        for position, column in enumerate(contract.columns, 1):
            cell = book.worksheets[0].cell(line, position, row.get(column.name) or None)
            if column.is_date and cell.value:
                cell.value = records.read_date(cell.value)
    book.save(content)
    return content.getvalue()


def send(settings: Settings, contract: Contract, data: bytes, suffix: str = "") -> list[tuple[Any, ...]]:
    name = f"{contract.title}_{office.COUNTY}_{office.AS_OF}{suffix}.xlsx"
    office.drop(settings, contract.department, name, data)
    pipeline.receive(settings)
    pipeline.ingest(settings, contract.feed)
    told = "select verdict, verdict_code, accepted_count, (select count(*) from intake.issue) from intake.receipt"
    with db.transaction(settings.database_url) as conn:
        return [tuple(row) for row in conn.execute(sa.text(told))]


@EVERY
def test_the_first_sheet_is_the_contract(contract: Contract) -> None:
    book = opened(contract)
    sheet = book.worksheets[0]
    assert [cell.value.rstrip("*") for cell in sheet[1]] == [column.heading for column in contract.columns]
    assert [cell.value.endswith("*") for cell in sheet[1]] == [column.required for column in contract.columns]
    assert sheet.max_row == 1 and sheet.freeze_panes == "A2"
    for column, letter, _ in columns(contract, sheet):
        assert sheet.column_dimensions[letter].number_format == ("yyyy-mm-dd" if column.is_date else "@")
    assert [part.sheet_state for part in book.worksheets] == ["visible", "visible", "hidden"]
    assert book.security.lockStructure and book.worksheets[1].protection.sheet  # rows there would not be read
    assert not [cell for part in book.worksheets for row in part.iter_rows() for cell in row if cell.data_type == "f"]


@EVERY
def test_every_rule_guards_what_is_typed(contract: Contract) -> None:
    book = opened(contract)
    for column, _, validation in columns(contract, book.worksheets[0]):
        kind = validation.type if validation else None
        if column.lookup:
            assert kind == "list" and listed(book, validation) == list(column.lookup)
        elif column.is_date:
            assert kind == "date" and (validation.formula2 == "TODAY()") == (column.maximum == "as_of")
        elif column.check == "ethnicity":
            names = listed(book, validation)
            assert [records.ethnicity_code(name) for name in names] == [f"{code:02d}" for code in range(1, 57)]
        elif column.check == "own_county":
            assert office.COUNTY in listed(book, validation)
        else:
            assert (kind == "custom") == (column.check in ("resident_id", "division"))
        if kind:
            assert validation.errorStyle == ("stop" if column.severity == "error" else "warning")
            assert column.heading in validation.error and validation.allow_blank


@EVERY
def test_no_message_is_longer_than_excel_takes(contract: Contract) -> None:
    for _, _, validation in columns(contract, opened(contract).worksheets[0]):
        if validation:
            limits = ((validation.promptTitle, 32), (validation.errorTitle, 32), (validation.prompt, 255))
            limits += ((validation.error, 225), (validation.formula1, 255))
            assert all(len(text or "") <= limit for text, limit in limits)
            assert "{" not in (validation.formula1 or "")  # Excel calls a file with an array constant here broken


@EVERY
def test_no_other_sheet_can_be_taken_for_data(contract: Contract) -> None:
    headings = {heading for column in contract.columns for heading in column.headings}
    for sheet in opened(contract).worksheets[1:]:
        for row in sheet.iter_rows(values_only=True):
            assert sum(str(value).strip("*＊ ") in headings for value in row) <= 1


@EVERY
def test_every_example_keeps_the_rule_it_shows(contract: Contract) -> None:
    keeps = {
        "resident_id": records.is_resident_id,
        "ethnicity": records.ethnicity_code,
        "division": places.divisions().__contains__,
        "own_county": office.COUNTY.__eq__,
    }
    for column in contract.columns:
        shown = words.tell(column).example
        assert shown or not (column.is_date or column.lookup or column.check or column.pattern), column.name
        assert not column.pattern or re.search(column.pattern, shown)
        assert not column.is_date or records.read_date(shown)
        assert not column.lookup or shown in column.lookup
        assert not column.check or keeps[column.check](shown)


@pytest.mark.parametrize("feed", FEEDS)
def test_a_filled_template_is_taken_without_a_word(settings: Settings, feed: str) -> None:
    rows = good_rows(feed)
    assert send(settings, FEEDS[feed], filled(FEEDS[feed], rows)) == [("accepted", None, len(rows), 0)]


def test_an_empty_template_is_told_apart_from_a_nil_return(settings: Settings) -> None:
    contract = FEEDS["education.enrolment"]
    data = template.as_workbook(contract)
    assert send(settings, contract, data) == [("rejected", "EMPTY_FILE", 0, 0)]
    assert send(settings, contract, data, "_零报告")[1][:2] == ("nil", None)


@pytest.mark.parametrize("feed", FEEDS)
def test_an_empty_template_is_an_empty_file(feed: str, tmp_path: Path) -> None:
    (tmp_path / "empty.xlsx").write_bytes(template.as_workbook(FEEDS[feed]))
    chunks = list(reader.read(tmp_path / "empty.xlsx", FEEDS[feed], "xlsx", 30))
    assert [(chunk.header_lines, len(chunk.numbers), chunk.held_back, chunk.findings) for chunk in chunks] == [
        ([1], 0, {}, [])
    ]


def test_the_same_contract_gives_the_same_bytes(tmp_path: Path) -> None:
    """In another process, with another order of sets."""
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "America/New_York"}
    command = [sys.executable, "-m", "childledger.cli", "feeds", "docs", "--out", str(tmp_path)]
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120)
    made = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.rglob("*_填报*")}
    ours = {name: data for contract in FEEDS.values() for name, data in forms.render(contract).items()}
    assert made == {name: hashlib.sha256(data).hexdigest() for name, data in ours.items()}


def test_clerks_find_them_beside_their_inbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings.load({"CHILDLEDGER_HOME": str(tmp_path), "CHILDLEDGER_DATABASE_URL": "-"})
    monkeypatch.setenv("CHILDLEDGER_HOME", str(tmp_path))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (settings.landing / "education/410105/inbox").mkdir(parents=True)
    (settings.landing / "education/templates").symlink_to(elsewhere)
    (settings.home / "templates/education").mkdir(parents=True)
    (settings.home / "templates/education/旧名称_填报模板.xlsx").touch()

    assert cli.main(["feeds", "docs"]) == 0
    told = capsys.readouterr().out.splitlines()
    files = {"学籍信息_填报模板.xlsx", "学籍信息_填报指南.html"}
    for place in (settings.landing / "education/templates", settings.home / "templates/education"):
        assert {path.name for path in place.iterdir()} == files and not place.is_symlink()
    assert len(told) == 2 * len(FEEDS) + len(files)
    assert list(elsewhere.iterdir()) == [] and list(intake.list_drops(settings.landing)) == []
    assert {path.name for path in settings.landing.iterdir()} == {"education"}  # no zone is made for nobody
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*_填报*")}
    forms.publish(settings)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*_填报*")} == before
