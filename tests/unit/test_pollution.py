"""A file of another trade with a plain ODCS contract, polluted in the ways of the published Pollock benchmark.

Nine columns, eighty rows, some quoted cells with commas (written from memory of the paper, not its files). Nothing of
ours is in the contract: logicalType, format, pattern and required are all the reader has.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from bench import catalogue, judge
from bench.goodfiles import Dialect, DoesNotApply, File, file_of
from bench.judge import Tally

from childledger import cli, contracts
from childledger.contracts import Contract

COLUMNS = ("DATE", "TIME", "Qty", "PRODUCTID", "Price", "ProductType", "ProductDescription", "URL", "Comments")
OPTIONS = {
    "DATE": {"logicalType": "date", "logicalTypeOptions": {"format": "yyyy-MM-dd"}, "required": True},
    "TIME": {
        "logicalType": "string",
        "logicalTypeOptions": {"pattern": "^[0-9]{2}:[0-9]{2}:[0-9]{2}$"},
        "required": True,
    },
    "Qty": {"logicalType": "integer", "required": True},
    "PRODUCTID": {"logicalType": "string", "logicalTypeOptions": {"pattern": "^[0-9]{3}-[0-9]{4}$"}, "required": True},
    "Price": {"logicalType": "number", "required": True},
    "URL": {"logicalType": "string", "logicalTypeOptions": {"pattern": "^https?://[^ ,]+$"}},
}
WORDS = ("Lamp, oak", "Chair", 'Mirror 12"', "Rug (wool)", "Desk; small", "Café table", "Shelf")
ROWS = [
    {
        "DATE": f"2019-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
        "TIME": f"{number % 24:02d}:{number % 60:02d}:00",
        "Qty": str(number % 9 + 1),
        "PRODUCTID": f"{number % 900 + 100}-{number * 37 % 9000 + 1000}",
        "Price": f"{number * 3 % 200}.{number % 90 + 10}",
        "ProductType": ("Furniture", "Decor")[number % 2],
        "ProductDescription": WORDS[number % len(WORDS)],
        "URL": f"https://shop.example/item/{number}",
        "Comments": ("", "Ships in two days", "Fragile, handle with care")[number % 3],
    }
    for number in range(80)
]
DIALECT = Dialect("utf-8", ",", "\r\n", False, True, False)
PLACES = [(row, field) for row in range(0, 80, 9) for field in range(9)]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Contract]:
    path = tmp_path_factory.mktemp("contract") / "sales.odcs.yaml"
    properties = [{"name": name, "logicalType": "string"} | OPTIONS.get(name, {}) for name in COLUMNS]
    data = {
        "apiVersion": "v3.1.0", "kind": "DataContract", "id": "sales", "version": "1.0.0", "status": "active",
        "schema": [{"name": "sales", "properties": properties}],
    }  # fmt: skip
    path.write_text(json.dumps(data), encoding="utf-8")
    return path, contracts.load(path, of_ledger=False)


def good(contract: Contract, dialect: Dialect = DIALECT) -> File:
    return file_of(contract, dialect, list(COLUMNS), ROWS, list(COLUMNS))


def judged(file: File, folder: Path, name: str, tally: Tally) -> judge.Verdict:
    path = folder / "sales.csv"
    path.write_bytes(file.data())
    file.corruptions = [name]
    verdict = judge.judge(file, judge.read(path, file.contract))
    for figures, count in ((tally.runs, 1), (tally.silent, len(verdict.silent))):
        figures[name] += count
    tally.untouched[""] += verdict.untouched
    tally.accepted[""] += verdict.accepted_untouched
    tally.examples += [f"{name}: {found}" for found in verdict.silent[:2]]
    return verdict


def test_the_clean_file_is_read_whole(plain: tuple[Path, Contract], tmp_path: Path) -> None:
    verdict = judged(good(plain[1]), tmp_path, "clean", Tally())
    assert not verdict.silent and verdict.accepted_untouched == 80


@pytest.mark.parametrize("dialect", [("utf-8", ";"), ("utf-8", "\t"), ("utf-16-le", ","), ("gb18030", ",")])
def test_a_declared_dialect_is_read_whole(
    plain: tuple[Path, Contract], tmp_path: Path, dialect: tuple[str, str]
) -> None:
    encoding, delimiter = dialect
    changed = replace(DIALECT, encoding=encoding, delimiter=delimiter, end="\n", has_mark=encoding.startswith("utf-16"))
    contract = replace(plain[1], delimiter=delimiter, encodings=(encoding.removesuffix("-le"),))
    verdict = judged(good(contract, changed), tmp_path, "dialect", Tally())
    assert not verdict.silent and verdict.accepted_untouched == 80


def with_text(edit: Callable[[list[str], int], str]) -> Callable[[File, int, int], None]:
    def change(file: File, row: int, field: int) -> None:
        parts = [file.dialect.line([cell]).decode() for cell in file.cells(row)]
        file.put(row + 1, edit(parts, field).encode())

    return change


POLLUTIONS = {
    "extra delimiter": with_text(lambda parts, at: ",".join([*parts[:at], "", *parts[at:]])),
    "missing delimiter": with_text(
        lambda parts, at: ",".join([*parts[:at], "".join(parts[at : at + 2]), *parts[at + 2 :]])
    ),
    "extra quote": with_text(lambda parts, at: ",".join([*parts[:at], parts[at] + '"', *parts[at + 1 :]])),
    "quote before": with_text(lambda parts, at: ",".join([*parts[:at], '"' + parts[at], *parts[at + 1 :]])),
    "quote in the middle": with_text(lambda parts, at: ",".join([*parts[:at], f'"a"b{parts[at]}"', *parts[at + 1 :]])),
    "other quotes": with_text(lambda parts, at: ",".join([*parts[:at], f"'{parts[at]},x'", *parts[at + 1 :]])),
    "escaped delimiter": with_text(lambda parts, at: ",".join([*parts[:at], f"{parts[at]}\\,x", *parts[at + 1 :]])),
    "row delimiter other": with_text(lambda parts, at: ",".join(parts[: at + 1]) + "\r" + ",".join(parts[at + 1 :])),
    "field delimiter other": with_text(lambda parts, at: (";" if at else "\t").join(parts)),
    "row less": with_text(lambda parts, at: ",".join(parts[: max(at, 1)])),
}


@pytest.mark.parametrize("name", sorted(POLLUTIONS))
def test_no_polluted_place_is_silent(plain: tuple[Path, Contract], tmp_path: Path, name: str) -> None:
    """At nine rows and every column."""
    tally = Tally()
    for row, field in PLACES:
        file = good(plain[1])
        if name == "missing delimiter" and field == len(COLUMNS) - 1:
            continue
        POLLUTIONS[name](file, row, field)
        judged(file, tmp_path, name, tally)
    assert not tally.examples
    assert tally.share() > 0.98


def test_no_kind_of_the_catalogue_is_silent(plain: tuple[Path, Contract], tmp_path: Path) -> None:
    tally = Tally()
    for name, kind in sorted(catalogue.load().items()):
        if name in ("utf8_read_as_gb18030", "whole_file_garbled"):
            continue  # é becomes one Chinese character, which anyone would have to believe
        for seed in range(4):
            file = good(plain[1])
            try:
                kind.apply(file, Random(f"{name}:{seed}"))
            except DoesNotApply:
                continue
            judged(file, tmp_path, name, tally)
    print(f"{sum(tally.runs.values())} files, {len(tally.runs)} kinds, yield {tally.share():.2%}")
    assert len(tally.runs) > 60
    assert not tally.examples, "\n".join(tally.examples)
    assert tally.share() > 0.98


def test_the_command_takes_any_contract(
    plain: tuple[Path, Contract], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = good(plain[1])
    POLLUTIONS["extra delimiter"](file, 10, 3)
    path, accepted, issues = tmp_path / "sales.csv", tmp_path / "out.csv", tmp_path / "out.jsonl"
    path.write_bytes(file.data())
    arguments = [
        "check",
        path,
        "--feed",
        "shop.sales",
        "--contract",
        plain[0],
        "--accepted",
        accepted,
        "--issues",
        issues,
    ]
    assert cli.main([*map(str, arguments), "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["lines"]["held_back"] == 1
    assert len(accepted.read_text(encoding="utf-8").splitlines()) == 80
    assert [json.loads(line)["code"] for line in issues.read_text(encoding="utf-8").splitlines()] == ["FIELD_COUNT"]
