"""The reader's rules and the Great Expectations suite give the same answers; damage is named by what happened."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from childledger import cells, contracts, damage
from childledger.contracts import Contract
from childledger.settings import INCLUDE
from feeds.good_rows import good_row, good_rows
from office import COUNTY
from unit import test_suite as suites

CONTRACTS = contracts.load_all(INCLUDE / "feeds")
BINDINGS = cells.Bindings(date(2026, 6, 30), COUNTY)
every_feed = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)


def read(contract: Contract, rows: list[dict[str, Any]]) -> cells.Cells:
    """Rows as the reader hands them over: text, nothing as the empty string."""
    raw = {c.name: pa.array([row.get(c.name) or "" for row in rows], pa.string()) for c in contract.columns}
    return cells.read_cells(raw, contract, BINDINGS)


def found(contract: Contract, rows: list[dict[str, Any]]) -> dict[str, tuple[int, ...]]:
    """Rule → lines that break it; the first row stands on line 2."""
    numbers = pa.array(range(2, len(rows) + 2), pa.int32())
    lines: dict[str, list[int]] = {}
    for finding in read(contract, rows).findings(numbers, contract):
        lines.setdefault(finding.rule_id, []).append(finding.line)
    return {rule: tuple(sorted(at)) for rule, at in lines.items() if not rule.startswith("reader/")}


def codes(column: str, value: str) -> set[tuple[str, str]]:
    """(code, severity) of all that is said of one value in a school roll."""
    contract = CONTRACTS["education.enrolment"]
    row = good_row(contract, 1) | {column: value}
    told = read(contract, [row]).findings(pa.array([2], pa.int32()), contract)
    return {(finding.code, finding.severity) for finding in told if finding.column == column}


@every_feed
def test_reader_and_suite_agree_on_every_rule(contract: Contract) -> None:
    rows = good_rows(contract, 4)
    good = (good_row(contract, number) for number in itertools.count(5))
    for rule in contract.rules():
        if rule.code not in ("ROW_COUNT_OUT_OF_RANGE", "DUPLICATE_KEY"):  # about the file as a whole
            rows += suites.broken(contract, rule, good)
    outcomes = {o.rule_id: o.failed_lines for o in suites.run(contract, rows) if o.failed_lines}
    assert len(outcomes) > 5
    assert found(contract, rows) == {rule: lines for rule, lines in outcomes.items() if not rule.endswith("_KEY")}


@pytest.mark.parametrize("column", ["school_roll_number", "id_number", "birth_date", "sex", "address"])
def test_the_mark_that_makes_a_cell_text_is_no_part_of_it(column: str) -> None:
    contract = CONTRACTS["education.enrolment"]
    plain, marked = good_row(contract, 1), good_row(contract, 1)
    marked[column] = f"'{marked[column]}"
    values = read(contract, [plain, marked]).values[column].to_pylist()
    assert values[0] == values[1] == plain[column]
    assert codes(column, marked[column]) == {("TEXT_MARK", "notice")}


def test_of_a_child_on_the_street_reader_and_suite_let_the_same_be_empty() -> None:
    contract = CONTRACTS["civil_affairs.screening"]
    unknown = {"birth_date": "", "hukou_code": "", "id_number": ""}
    rows = [good_row(contract, n) | unknown | {"vagrancy": told} for n, told in enumerate(("是", "Y", "否", ""), 1)]
    outcomes = {o.rule_id: o.failed_lines for o in suites.run(contract, rows) if o.failed_lines}
    assert (
        found(contract, rows)
        == outcomes
        == dict.fromkeys(["birth_date/REQUIRED_MISSING", "hukou_code/REQUIRED_MISSING"], (4, 5))
    )


@every_feed
def test_every_rule_is_asked_by_somebody(contract: Contract) -> None:
    assert {rule.code for rule in contract.rules()} <= {*cells.TESTS, "DUPLICATE_KEY", "ROW_COUNT_OUT_OF_RANGE"}


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("id_number", "4.10105E+17", {("ID_DAMAGED_BY_EXCEL", "error")}),
        ("id_number", "410105201503147000", {("ID_DAMAGED_BY_EXCEL", "error"), ("DIGITS_PERHAPS_LOST", "query")}),
        ("id_number", "410105201503140000", {("DIGITS_PERHAPS_LOST", "query")}),  # its check digit fits by chance
        ("id_number", "410105150314771", {("ID_15_DIGITS", "error")}),
        ("id_number", "41010520150314771", {("ID_INVALID", "error")}),
        ("school_roll_number", "4.10105E+17", {("NUMBER_DAMAGED_BY_EXCEL", "error")}),
        ("guardian_phone", "37165900000", {("LEADING_ZERO_LOST", "query")}),
        ("birth_date", "42077", {("DATE_AS_SERIAL", "error")}),
        ("birth_date", "14/3/2015", {("DATE_AMBIGUOUS", "error")}),
        ("birth_date", "15.3.14", {("DATE_AMBIGUOUS", "error")}),
        ("birth_date", "2015-03-14 08:30", {("DATE_WITH_TIME", "error")}),
        ("birth_date", "二〇一五年三月", {("DATE_UNREADABLE", "error")}),
        ("address", "/", {("NULL_WORD", "notice")}),
        ("address", "无", {("NULL_WORD", "notice")}),
        ("address", "—", {("NULL_WORD", "notice")}),
        ("address", " 虚构路1号", {("SPACES", "notice")}),
        ("address", "虚构路1号\u3000", {("SPACES", "notice")}),
        ("address", "虚构\u200b路1号", {("INVISIBLE_CHARACTER", "notice")}),
        ("sex", "男 ", {("SPACES", "notice")}),
        ("hukou_code", "４１０１０５", {("FULL_WIDTH", "notice")}),
        ("name", "鐜嬪皬鏄", {("GARBLED", "error")}),
        ("name", "锟斤拷", {("GARBLED", "error")}),
        ("name", "王?明", {("GARBLED", "error")}),
        ("address", "Ã¦Â²Â³", {("GARBLED", "error")}),
        (
            "school_name",
            "æ²³å\x8d—çœ\x81",
            {("GARBLED", "error"), ("FOREIGN_LETTERS", "query"), ("INVISIBLE_CHARACTER", "notice")},
        ),
        ("name", "李璇冰", set()),
        ("name", "阿依古丽·买买提", set()),
        ("name", "𠮷田", set()),
    ],
)
def test_each_damage_has_its_own_name(column: str, value: str, told: set[tuple[str, str]]) -> None:
    assert codes(column, value) - {("ID_BIRTH_DIFFERS", "query"), ("ID_SEX_DIFFERS", "query")} == told


@pytest.mark.parametrize("word", [f"不在家(第{time}次)" for time in range(1, 10)] + ["不在家", "不在家（第４次）"])
def test_nobody_at_home_is_taken_however_often(word: str) -> None:
    contract = CONTRACTS["townships.visits"]
    told = read(contract, [good_row(contract, 1) | {"visit_outcome": word}])
    assert {finding.code for finding in told.findings(pa.array([2], pa.int32()), contract)} <= {"FULL_WIDTH"}
    assert contract.column("visit_outcome").lookup[told.values["visit_outcome"][0].as_py()] == "not_home"


def test_values_are_folded_by_kind_and_days_are_days() -> None:
    contract = CONTRACTS["education.enrolment"]
    row = good_row(contract, 1) | {"name": " 王小明", "birth_date": "２０１５年3月14日", "address": "无"}
    row["id_number"] = "４１０１０５２０１７０３１４７７１ｘ"
    told = read(contract, [row])
    assert [told.values[name][0].as_py() for name in ("name", "address", "id_number")] == [
        " 王小明", None, "41010520170314771X",
    ]  # fmt: skip
    assert told.days["birth_date"][0].as_py() == date(2015, 3, 14)


def test_a_value_that_may_be_cut_is_not_whole() -> None:
    contract = CONTRACTS["education.enrolment"]
    assert damage.is_whole("在读", contract.column("enrolment_status"))
    assert not damage.is_whole("在", contract.column("enrolment_status"))
    assert damage.is_whole("11010519491231002X", contract.column("id_number"))
    assert not damage.is_whole("郑州市第一小学", contract.column("school_name"))
    assert not damage.is_whole("", contract.column("is_boarding"))
