"""A wrong contract is refused with file, line and cure; every real contract says what the project believes it says."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

from childledger import contracts, messages, records
from childledger.contracts import FILE_NAME, Contract
from childledger.errors import ContractError
from childledger.settings import INCLUDE

HERE = Path(__file__).parent / "contracts"
FEEDS = sorted((INCLUDE / "feeds").glob(f"*{contracts.SUFFIX}"))
SPOKEN = sorted(path for path in (INCLUDE / "childledger").rglob("*.py") if ">>> " in path.read_text())

WRONG = {
    "breaks_odcs": "2: breaks ODCS v3.1: 'status' is a required property",
    "wrong_type": "6: breaks ODCS v3.1: 1 is not of type 'string'",
    "limit_on_text": "18: breaks ODCS v3.1: Additional properties are not allowed ('minimum' was unexpected)",
    "id_differs": "4: id [testland.other] must equal the file name [testland.id_differs], <department>.<feed>",
    "unknown_option": (
        "41: unknown customProperty [legalbasis]; one of delimiter, department, departmentEnglish, encodings, "
        "fileTypes, ignoredHeadings, legalBasis, quotedLineBreaks, responsibility, retention, semantics\n"
        "35: customProperty [legalBasis] is missing"
    ),
    "unknown_column_option": (
        "20: unknown customProperty [format]; one of becomes, check, headings, lookup, severity, unless"
    ),
    "missing_option": "35: customProperty [responsibility] is missing",
    "unknown_semantics": "35: semantics must be one of snapshot, delta, event",
    "unknown_file_type": "35: fileTypes must be of csv, tsv, xlsx, xls, zip",
    "unknown_encoding": "35: unknown encoding [gb18031]",
    "no_headings": "13: column [number] needs customProperty [headings]: every heading seen so far",
    "no_description": "13: column [number] needs a description and a classification",
    "no_classification": "13: column [number] needs a description and a classification",
    "two_formats": "13: column [number] has more than one of date, pattern, lookup, check",
    "unknown_check": "13: unknown check [passport]; one of resident_id, ethnicity, division, own_county",
    "unless_nothing": "13: column [number]: unless is for a required one, {column: [meanings of its lookup]}",
    "unknown_severity": "13: unknown severity [fatal]; one of error, query, notice",
    "unknown_target": "13: unknown target [person.nickname]; person.<column>, fact.<kind> or record.as_of_date",
    "unknown_scope": "13: unknown target [record.number]; person.<column>, fact.<kind> or record.as_of_date",
    "bad_fact": "13: unknown target [fact.not-a-word]; person.<column>, fact.<kind> or record.as_of_date",
    "as_of_text": "13: column [number] becomes [record.as_of_date], which only a date can",
    "bad_limit": "27: column [birth_date]: limit [today] is neither a date nor as_of",
    "bad_pattern": "13: column [number]: pattern is not a regular expression",
    "heading_twice": "20: [编号] belongs to both [number] and [name]",
    "name_twice": "20: [name number] belongs to both [number] and [number]",
    "target_twice": "21: [becomes person.name] belongs to both [number] and [name]",
    "no_name": "13: no column becomes [person.name]; a record must be of a child",
    "no_birth_date": "13: no column becomes [person.birth_date]; a record must be of a child",
    "no_key": "13: no primaryKey; the sender's own key is needed to answer by row",
    "no_row_count": "9: quality needs a library metric rowCount with mustBeBetween: [min, max]",
    "two_mistakes": (
        "34: semantics must be one of snapshot, delta, event\n"
        "13: column [number] needs a description and a classification"
    ),
}
"""Fixture → what the error says behind the file name; a line of its own for each mistake."""


def education() -> Contract:
    return contracts.load(INCLUDE / "feeds" / f"education.enrolment{contracts.SUFFIX}")


@pytest.mark.parametrize("stem", WRONG)
def test_a_wrong_contract_is_refused_by_line(stem: str) -> None:
    file = HERE / f"testland.{stem}{contracts.SUFFIX}"
    told = "\n".join(f"{file.name}:{line}" for line in WRONG[stem].splitlines())
    with pytest.raises(ContractError, match=f"^{re.escape(told)}$"):
        contracts.load(file)


def test_every_fixture_is_expected() -> None:
    assert {path.name.split(".")[1] for path in HERE.glob("*.yaml")} == set(WRONG)


def test_what_is_not_yaml_is_refused_by_line(tmp_path: Path) -> None:
    file = tmp_path / f"testland.not_yaml{contracts.SUFFIX}"
    file.write_text("kind: DataContract\nschema: [\n  name: : children\n")
    with pytest.raises(ContractError, match=r"^testland\.not_yaml\.odcs\.yaml:3: not YAML: ParserError$"):
        contracts.load(file)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / f"testland.empty{contracts.SUFFIX}"
    file.touch()
    with pytest.raises(ContractError, match=r"^testland\.empty\.odcs\.yaml:1: breaks ODCS v3\.1: None is not of type"):
        contracts.load(file)


def test_two_feeds_of_a_department_need_two_names() -> None:
    told = re.escape("twins: two feeds of [testland] are named [测试数据]; no file name could tell")
    with pytest.raises(ContractError, match=f"^{told}$"):
        contracts.load_all(HERE / "twins")


def test_all_mistakes_of_a_folder_are_told_at_once() -> None:
    with pytest.raises(ContractError) as caught:
        contracts.load_all(HERE)
    assert {line.split(".")[1] for line in str(caught.value).splitlines() if line.startswith("testland.")} == set(WRONG)


@pytest.mark.parametrize("file", FEEDS, ids=lambda file: file.name.removesuffix(contracts.SUFFIX))
def test_every_real_contract_parses(file: Path) -> None:
    contract = contracts.load(file)
    assert contract.feed == file.name.removesuffix(contracts.SUFFIX)
    names = [rule.rule_id for rule in contract.rules()]
    assert len(names) == len(set(names))
    lines = file.read_text(encoding="utf-8").splitlines()
    for column in contract.columns:
        assert lines[column.line - 1].strip() == f"- name: {column.name}"
    assert {rule.code for rule in contract.rules()} <= {*messages.ROWS, *messages.FILES}
    assert contract.becoming("person.id_number") is None or contract.becoming("person.sex")
    assert "rowCount" in lines[contract.rows_line - 1]


def test_nine_departments_files() -> None:
    found = contracts.load_all(INCLUDE / "feeds")
    assert list(found) == [file.name.removesuffix(contracts.SUFFIX) for file in FEEDS]
    assert len({(contract.department, contract.title) for contract in found.values()}) == len(found) == 9


def test_school_roll_contract_means_what_it_says() -> None:
    contract = education()
    assert (contract.department, contract.title, contract.semantics) == ("education", "学籍信息", "snapshot")
    assert contract.key == ("school_roll_number",)
    assert (contract.min_rows, contract.max_rows) == (1, 500000)
    assert (contract.cadence_months, contract.late_after_days) == (6, 10)
    assert contract.becoming("person.residence_code") == "residence_code"
    assert contract.heading_of("id_number") == "身份证件号" and contract.heading_of("") == ""
    severities = {rule.rule_id: rule.severity for rule in contract.rules()}
    assert severities["guardian_phone/PATTERN_MISMATCH"] == "query"
    assert severities["residence_code/OTHER_COUNTY"] == "error"
    assert severities["id_number/birth_date/ID_BIRTH_DIFFERS"] == "query"
    limits = {rule.rule_id: dict(rule.parameters) for rule in contract.rules()}
    assert limits["birth_date/DATE_OUT_OF_RANGE"] == {"minimum": "2000-01-01", "maximum": "as_of"}


def test_a_missing_required_value_is_an_error_whatever_the_columns_severity() -> None:
    rules = [rule for contract in contracts.load_all(INCLUDE / "feeds").values() for rule in contract.rules()]
    assert {rule.severity for rule in rules if rule.code == "REQUIRED_MISSING"} == {"error"}
    assert {rule.severity for rule in rules if rule.code == "DUPLICATE_KEY"} == {"error"}


def test_a_judgement_about_behaviour_never_holds_a_row_back() -> None:
    screening = contracts.load(INCLUDE / "feeds" / f"civil_affairs.screening{contracts.SUFFIX}")
    assert screening.column("behaviour_concern").severity == "query"


@pytest.mark.parametrize(
    ("column", "raw", "read"),
    [
        ("id_number", " ４１０１０５２０１７０３１４７７１ｘ", "41010520170314771X"),
        ("hukou_code", "４１０１０５", "410105"),
        ("guardian_phone", "138 0000 0001", "13800000001"),
        ("name", " 阿依 古丽·买买提", " 阿依 古丽·买买提"),
        ("sex", "男 ", "男"),
        ("address", "不详", None),
        ("grade", None, None),
    ],
)
def test_codes_and_words_are_folded_and_text_stands_as_it_is(column: str, raw: str | None, read: str | None) -> None:
    assert education().column(column).read(raw) == read


def test_file_names_say_title_county_date_and_what_kind_of_delivery() -> None:
    match = FILE_NAME.match("学籍信息_410105_20260630_更正2_零报告.xlsx")
    assert match
    assert match.groupdict() == {
        "title": "学籍信息", "county": "410105", "as_of": "20260630", "revision": "2", "supplement": None,
        "nil": "_零报告", "type": "xlsx",
    }  # fmt: skip
    mended = FILE_NAME.match("学籍信息_410105_20260630_更正2_补报1.xlsx")
    assert mended and (mended["revision"], mended["supplement"]) == ("2", "1")
    for name in (
        "学籍信息.xlsx",
        "学籍信息_4101_20260630.csv",
        "学籍信息_410105_202606.csv",
        "学籍_信息_410105_20260630.csv",
        "学籍信息_410105_20260630_补报1_更正2.csv",
    ):
        assert not FILE_NAME.match(name)


def test_excel_leaves_a_number_nobody_guesses() -> None:
    assert records.is_damaged_by_excel("4.10185E+17") and not records.is_damaged_by_excel("410185201703147713")


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: path.stem)
def test_examples_in_docstrings_hold(path: Path) -> None:
    name = ".".join(path.relative_to(INCLUDE).with_suffix("").parts).removesuffix(".__init__")
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted and not result.failed
