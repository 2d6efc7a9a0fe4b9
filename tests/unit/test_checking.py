"""`childledger check` says before the drop what the pipeline would say after it, and needs nothing but the file."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from childledger import cli, contracts
from childledger.settings import INCLUDE
from feeds.test_samples import COUNTIES, sample

CONTRACTS = contracts.load_all(INCLUDE / "feeds")
HERE = Path(__file__).parent.parent / "feeds"


def run(capsys: pytest.CaptureFixture[str], file: Path, feed: str, *more: str) -> tuple[int, dict[str, Any]]:
    code = cli.main(["check", str(file), "--feed", feed, "--json", *more])
    return code, json.loads(capsys.readouterr().out)


def named(folder: Path, feed: str, name: str) -> Path:
    """A sample under the name a department would give it."""
    source = sample(feed, name)
    path = folder / f"{CONTRACTS[feed].title}_{COUNTIES[name]}_20260630{source.suffix}"
    path.write_bytes(source.read_bytes())
    return path


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No database, no home: a department has only the command."""
    monkeypatch.setenv("CHILDLEDGER_DATABASE_URL", "postgresql+psycopg://nowhere/none")
    monkeypatch.setenv("CHILDLEDGER_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize("feed", CONTRACTS)
def test_it_says_what_the_pipeline_says(feed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = yaml.safe_load((HERE / feed / "expected.yml").read_text(encoding="utf-8"))
    code, good = run(capsys, named(tmp_path, feed, "good"), feed)
    assert (code, good["verdict"], good["lines"]["accepted"]) == (0, "accepted", expected["good"]["rows"])
    told = tmp_path / "issues.jsonl"
    code, bad = run(capsys, named(tmp_path, feed, "bad"), feed, "--issues", str(told))
    issues = [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()]
    found = [[i["line"], i["column"], i["code"], i["severity"]] for i in issues]
    assert sorted(found, key=lambda i: (i[0], i[2], i[1])) == expected["bad"]["issues"]
    lines = bad["lines"]
    assert (code, bad["verdict"], lines["accepted"]) == (3, "partial", expected["bad"]["accepted"])
    assert lines["physical"] == sum(lines[name] for name in ("header", "blank", "continued", "accepted", "held_back"))
    assert len({i["line"] for i in issues if i["action"] == "held_back"}) == lines["held_back"]
    assert all(i["what"] and i["fix"] for i in issues)


def test_accepted_rows_stand_with_their_line_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    feed, out = "education.enrolment", tmp_path / "accepted.csv"
    run(capsys, named(tmp_path, feed, "bad"), feed, "--accepted", str(out))
    with out.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == ["line_number", *(column.name for column in CONTRACTS[feed].columns)]
    assert [row["line_number"] for row in rows] == ["2", "11", "12", "13", "27"]
    assert rows[0]["id_number"] == "41168120240409102X"


def test_what_leaves_it_names_no_child(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    feed, told = "education.enrolment", tmp_path / "issues.jsonl"
    file = named(tmp_path, feed, "bad")
    _, summary = run(capsys, file, feed, "--issues", str(told))
    cli.main(["check", str(file), "--feed", feed])
    spoken = json.dumps(summary, ensure_ascii=False) + told.read_text(encoding="utf-8") + capsys.readouterr().out
    rows = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
    values = {cell for row in rows[1:] for cell in row[:3] if len(cell) > 2}
    assert len(values) > 40
    assert not [value for value in values if value in spoken]


def test_a_file_that_cannot_be_taken_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, told = tmp_path / "empty.csv", tmp_path / "issues.jsonl"
    file.write_bytes(b"")
    code, summary = run(capsys, file, "education.enrolment", "--issues", str(told))
    assert (code, summary["verdict"], summary["verdict_code"]) == (11, "rejected", "EMPTY_FILE")
    assert json.loads(told.read_text(encoding="utf-8"))["action"] == "rejected"
    file.write_text("a,b\n1,2\n3,4")
    assert run(capsys, file, "education.enrolment")[1]["lines"] == dict.fromkeys(
        ("header", "blank", "continued", "accepted"), 0
    ) | {"physical": 3, "held_back": 3}
    sheet = tmp_path / "list.ods"
    sheet.write_bytes(b"PK")
    assert run(capsys, sheet, "education.enrolment")[1]["verdict_code"] == "UNKNOWN_FILE_TYPE"


def test_a_zip_is_what_it_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    feed = "education.enrolment"
    path = tmp_path / f"{CONTRACTS[feed].title}_410105_20260630.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(sample(feed, "good"), "任意名字.csv")
    assert run(capsys, path, feed)[0] == 0
    with zipfile.ZipFile(path, "a") as archive:
        archive.write(sample(feed, "good"), "还有一个.csv")
    assert run(capsys, path, feed)[1]["verdict_code"] == "ZIP_NOT_ONE_FILE"


PLAIN = """
apiVersion: v3.1.0
kind: DataContract
id: 53581432-6c55-4ba2-a65f-72344a91553a
version: 1.0.0
status: active
schema:
  - name: sales
    properties:
      - {name: DATE, logicalType: date, required: true, logicalTypeOptions: {format: dd/MM/yyyy}}
      - {name: Qty, logicalType: integer, required: true, logicalTypeOptions: {minimum: 1, maximum: 99}}
      - {name: Code, logicalType: string, primaryKey: true, logicalTypeOptions: {pattern: '^[a-z]{2}[0-9]+$'}}
      - {name: Note, logicalType: string, logicalTypeOptions: {maxLength: 20}}
      - {name: Paid, logicalType: boolean}
      - name: Kind
        logicalType: string
        quality:
          - {metric: invalidValues, mustBe: 0, arguments: {validValues: [new, old]}}
"""


def test_any_contract_of_the_standard_will_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contract, file, told = tmp_path / "sales.yaml", tmp_path / "sales.csv", tmp_path / "issues.jsonl"
    contract.write_text(PLAIN)
    file.write_text(
        "DATE,Qty,Code,Note,Paid,Kind\n"
        '25/12/2024,3,ab1,"one, two",true,new\n'
        "31/02/2024,3,ab2,,true,new\n"
        "25/12/2024,300,ab3,,true,new\n"
        "25/12/2024,x,ab4,,true,new\n"
        "25/12/2024,3,AB5,,maybe,used\n"
        f"25/12/2024,3,ab6,{'long' * 6},,old\n"
        "25/12/2024,4,ab1,,,old\n"
    )
    code, summary = run(capsys, file, "sales", "--contract", str(contract), "--issues", str(told))
    issues = [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()]
    assert [(i["line"], i["column"], i["code"]) for i in issues] == [
        (2, "Code", "DUPLICATE_KEY"),
        (3, "DATE", "DATE_UNREADABLE"),
        (4, "Qty", "NUMBER_OUT_OF_RANGE"),
        (5, "Qty", "PATTERN_MISMATCH"),
        (6, "Code", "PATTERN_MISMATCH"),
        (6, "Kind", "NOT_IN_LIST"),
        (6, "Paid", "PATTERN_MISMATCH"),
        (7, "Note", "PATTERN_MISMATCH"),
        (8, "Code", "DUPLICATE_KEY"),
    ]
    assert (code, summary["lines"]["accepted"]) == (3, 0)


def test_wrong_use_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", str(tmp_path / "none.csv"), "--feed", "education.enrolment"]) == 1
    assert "there is no file [none.csv]" in capsys.readouterr().err
    file = tmp_path / "a.csv"
    file.write_text("a")
    assert cli.main(["check", str(file), "--feed", "education.nothing"]) == 1


HOSTILE = """
apiVersion: v3.1.0
kind: DataContract
id: sales
version: 1.0.0
status: active
slaProperties: [{property: frequency, value: daily}, {property: latency, value: 4, unit: h}]
customProperties: [{property: semantics, value: {of: theirs}}, {property: encodings, value: utf-8}]
schema:
  - name: sales
    properties:
      - {name: "a:b", logicalType: integer, logicalTypeOptions: {exclusiveMinimum: 0, maximum: 9}}
      - {name: at, logicalType: timestamp, logicalTypeOptions: {format: "yyyy-MM-dd'T'HH:mm:ss", minimum: "2020-01-01"}}
      - {name: clock, logicalType: time}
      - {name: letters, logicalType: string, logicalTypeOptions: {pattern: '^\\p{L}{1,5}$'}}
      - name: price
        logicalType: number
        customProperties: [{property: severity, value: high}, {property: lookup, value: [1]}]
      - name: kind
        logicalType: string
        quality: [{metric: invalidValues, mustBe: 0, arguments: {validValues: [1, true]}}]
"""


def test_what_a_contract_says_in_other_words_is_asked_or_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contract, file, out = tmp_path / "sales.yaml", tmp_path / "sales.csv", tmp_path / "out.csv"
    contract.write_text(HOSTILE)
    good = ["1,2024-02-29T23:59:59,7:05,abc,.5,1", "9,2024-01-01T00:00:00,07:05:01.25,Ü,1e3,true"]
    bad = [
        "0,2024-02-29T23:59:59,7:05,abc,1,1",
        "1,2024-13-01T00:00:00,7:05,abc,1,1",
        "1,2024-01-01T00:00:00,25:99,abc,1,1",
    ]
    bad += [
        "1,2024-01-01T00:00:00,7:05,abcdef,1,1",
        "1,2024-01-01T00:00:00,7:05,a1,1,1",
        "1,2024-01-01T00:00:00,7:05,a,5²,1",
    ]
    bad += [
        "1,2024-01-01T00:00:00,7:05,a,1 2,1",
        "1,2024-01-01T00:00:00,7:05,a,4.1E+17,1",
        "1,2024-01-01T00:00:00,7:05,a,1,2",
    ]
    file.write_text("\n".join(["a:b,at,clock,letters,price,kind", *good, *bad]) + "\n", encoding="utf-8")
    code, summary = run(capsys, file, "sales", "--contract", str(contract), "--accepted", str(out))
    assert (code, summary["lines"]["accepted"], summary["lines"]["held_back"]) == (3, len(good), len(bad))
    with out.open(encoding="utf-8", newline="") as stream:
        assert [",".join(row[1:]) for row in csv.reader(stream)][1:] == good


@pytest.mark.parametrize("encoding", ["latin-1", "cp1251", "shift_jis"])
def test_text_of_elsewhere_is_not_read_as_chinese(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str
) -> None:
    contract, file = tmp_path / "names.yaml", tmp_path / "names.csv"
    contract.write_text(
        PLAIN.split("      - {name: DATE")[0] + "      - {name: name, logicalType: string}\n      - {name: n}\n"
    )
    names = {"latin-1": ["Géraldine", "Noël"], "cp1251": ["привет", "Мария"], "shift_jis": ["東京都", "カタカナ"]}[
        encoding
    ]
    file.write_bytes("".join(["name,n\n", "Ann,1\n", *(f"{name},2\n" for name in names)]).encode(encoding))
    _, summary = run(capsys, file, "names", "--contract", str(contract))
    assert summary["lines"]["accepted"] <= 1


def test_a_nil_return_may_be_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "学籍信息_410105_20260630_零报告.csv"
    file.write_bytes(b"")
    assert run(capsys, file, "education.enrolment")[1]["verdict"] == "nil"


def test_a_row_held_back_is_told_that_another_has_its_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contract, file = tmp_path / "sales.yaml", tmp_path / "sales.csv"
    contract.write_text(PLAIN)
    file.write_text("DATE,Qty,Code,Note,Paid,Kind\nx,3,ab1,,,new\n25/12/2024,3,ab1,,,new\nx,3,ab2,,,new\n")
    _, summary = run(capsys, file, "sales", "--contract", str(contract))
    assert summary["codes"] == {"DATE_UNREADABLE": 2, "DUPLICATE_KEY": 1}
    assert summary["lines"]["accepted"] == 1
