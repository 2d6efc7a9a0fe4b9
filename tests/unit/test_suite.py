"""Every rule of every contract is one expectation, and each finds exactly the row that breaks it, on any feed."""

from __future__ import annotations

import dataclasses
import itertools
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from childledger import contracts, records
from childledger.contracts import Contract, Rule
from childledger.errors import CheckFailed
from childledger.reports.demands import demand
from childledger.settings import INCLUDE, Settings
from childledger.validation import Outcome, run_suite, suite
from feeds.good_rows import good_row, good_rows
from office import COUNTY

CONTRACTS = contracts.load_all(INCLUDE / "feeds")
BINDINGS = {"as_of": "2026-06-30", "own_codes": [COUNTY]}
every_feed = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)

Row = dict[str, Any]


def run(contract: Contract, rows: list[Row], definition: dict[str, Any] | None = None) -> list[Outcome]:
    """The suite on rows as staging would have written them; the first row stands on line 2."""
    read = [{name: contract.column(name).read(cell) for name, cell in row.items()} for row in rows]
    frame = pd.DataFrame([{"line_number": line} | row for line, row in enumerate(read, 2)], dtype=object)
    return run_suite(frame.where(frame.notna(), None), definition or suite.build(contract), BINDINGS)


def broken(contract: Contract, rule: Rule, good: Iterator[Row]) -> list[Row]:
    """Rows that break one rule and no other, made from good ones."""
    row = next(good)
    match rule.code:
        case "DATE_OUT_OF_RANGE":
            days = [_outside(bound, side) for side, bound in rule.parameters if bound]
            number = contract.becoming("person.id_number") if _is_birth(contract, rule) else None
            without = {number: None} if number else {}  # or it would contradict the birth date
            return [next(good) | without | {rule.columns[0]: day} for day in days]
        case "DUPLICATE_KEY":
            name = contract.becoming("person.name") or ""
            return [row, row | {name: "假同号"}]
        case "ID_BIRTH_DIFFERS":
            day = records.read_date(row[rule.columns[1]])
            assert day
            return [row | {rule.columns[1]: str(day + timedelta(days=1))}]
        case "ID_SEX_DIFFERS":
            return [row | {rule.columns[1]: {"男": "女", "女": "男"}[row[rule.columns[1]]]}]
    return [row | {rule.columns[0]: WRONG[rule.code]}]


WRONG = {
    "REQUIRED_MISSING": None,
    "DATE_UNREADABLE": "43588",
    "PATTERN_MISMATCH": "??",
    "NOT_IN_LIST": "另有说法",
    "ID_INVALID": "110105194912310021",
    "ETHNICITY_UNKNOWN": "火星族",
    "DIVISION_UNKNOWN": "419971",
    "OTHER_COUNTY": "410102",
}
"""Rule code → what no column under that rule may hold; 419971 is a statistical zone code."""


def _is_birth(contract: Contract, rule: Rule) -> bool:
    return rule.columns[0] == contract.becoming("person.birth_date")


def _outside(bound: str, side: str) -> str:
    day = records.read_date("2026-06-30" if bound == "as_of" else bound)
    assert day
    return str(day + timedelta(days=1 if side == "maximum" else -1))


@every_feed
def test_one_rule_is_one_expectation(contract: Contract) -> None:
    definition = suite.build(contract)
    told = [(e["meta"]["rule_id"], e["meta"]["severity"], e["severity"]) for e in definition["expectations"]]
    assert told == [(r.rule_id, r.severity, suite.SEVERITY[r.severity]) for r in contract.rules()]


@every_feed
def test_committed_suite_is_what_the_contract_says(contract: Contract) -> None:
    path = suite.path(Settings.load({"CHILDLEDGER_DATABASE_URL": "-"}).expectations, contract.feed)
    assert path.read_text(encoding="utf-8") == suite.text(contract)


@every_feed
def test_good_rows_break_no_rule(contract: Contract) -> None:
    outcomes = run(contract, good_rows(contract, 6))
    assert [outcome.rule_id for outcome in outcomes] == [rule.rule_id for rule in contract.rules()]
    assert not [outcome for outcome in outcomes if outcome.failed or outcome.failed_lines]
    assert {outcome.checked for outcome in outcomes} == {6}


@every_feed
def test_each_rule_finds_its_own_row_and_no_other(contract: Contract) -> None:
    rows, expected = good_rows(contract, 4), {}
    good = (good_row(contract, number) for number in itertools.count(5))
    for rule in contract.rules():
        if rule.code == "ROW_COUNT_OUT_OF_RANGE":
            continue
        wrong = broken(contract, rule, good)
        expected[rule.rule_id] = tuple(range(len(rows) + 2, len(rows) + 2 + len(wrong)))
        rows += wrong
    outcomes = run(contract, rows)
    assert {o.rule_id: o.failed_lines for o in outcomes if o.failed or o.failed_lines} == expected
    _assert_no_value_left(outcomes, rows)


def _assert_no_value_left(outcomes: list[Outcome], rows: list[Row]) -> None:
    """Lines and names of rules only: what a row says is in no outcome (shorter values are line numbers by chance)."""
    text = repr(outcomes)
    assert not [value for row in rows for value in row.values() if value and len(value) > 3 and value in text]


@every_feed
@pytest.mark.parametrize("bounds", [{"min_rows": 5}, {"max_rows": 3}], ids=["too few", "too many"])
def test_row_count_is_about_the_file(contract: Contract, bounds: dict[str, int]) -> None:
    guarded = dataclasses.replace(contract, **bounds)
    failed = [outcome for outcome in run(guarded, good_rows(contract, 4)) if outcome.failed]
    assert [(o.rule_id, o.failed_lines) for o in failed] == [("ROW_COUNT_OUT_OF_RANGE", ())]


def test_an_expectation_without_its_column_stops_the_run() -> None:
    contract = CONTRACTS["education.enrolment"]
    definition = json.loads(suite.text(contract).replace('"column": "grade"', '"column": "gone"'))
    definition["expectations"][0]["kwargs"]["column"] = "gone"
    rule_id = definition["expectations"][0]["meta"]["rule_id"]
    with pytest.raises(CheckFailed, match=f"^expectation {rule_id} could not be evaluated$"):
        run(contract, good_rows(contract, 2), definition)


def test_an_expectation_that_raises_stops_the_run_without_its_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(number: str) -> bool:
        raise ValueError(f"secret {number}")

    contract = CONTRACTS["education.enrolment"]
    rows = good_rows(contract, 2)
    monkeypatch.setattr(records, "is_resident_id", explode)
    with pytest.raises(CheckFailed, match=r"^expectation id_number/ID_INVALID could not be evaluated$"):
        run(contract, rows)


def test_dates_are_read_as_clerks_write_them() -> None:
    contract = CONTRACTS["education.enrolment"]
    rows = good_rows(contract, 5)
    for row, form in zip(rows, ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日"), strict=True):
        row["birth_date"] = date.fromisoformat(row["birth_date"]).strftime(form)
    assert not [outcome for outcome in run(contract, rows) if outcome.failed]


def test_every_pattern_is_anchored() -> None:
    patterns = {column.pattern for contract in CONTRACTS.values() for column in contract.columns if column.pattern}
    assert not [pattern for pattern in patterns if not re.match(r"^\^.*\$$", pattern)]


def test_every_word_under_which_a_cell_may_be_empty_is_told() -> None:
    contract = CONTRACTS["civil_affairs.assistance"]
    told = [demand(contract, rule) for rule in contract.rules() if rule.code == "REQUIRED_MISSING"]
    assert "「户籍地区划代码」必须填写，「救助类别」为“流浪救助”“监护”的除外" in told
