"""The stand-alone face: a file in, a child for each record out, in any form and order; a state goes on."""

from __future__ import annotations

import dataclasses
import json
import random
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

import household
from childledger import cli
from childledger.errors import LinkageError
from childledger.linkage import engine, model, standard
from childledger.linkage.link import link
from childledger.linkage.rules import rules
from childledger.linkage.sets import connect, run
from household import BOY_HOME, SISTER_HOME, STRANGER, frame, without_id
from synthprovince.crowd import writing

TODAY = date(2026, 11, 25)
CHILDREN = 300
TEXT = pa.csv.ConvertOptions(column_types=dict.fromkeys(writing.COLUMNS, pa.string()), strings_can_be_null=True)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with records.csv and truth.csv."""
    folder = tmp_path_factory.mktemp("crowd")
    writing.write(folder, CHILDREN, 4, hard=True, processes=1)
    return folder


@pytest.fixture(scope="module")
def table(crowd: Path) -> pa.Table:
    return pa.csv.read_csv(crowd / "records.csv", convert_options=TEXT)


@pytest.fixture(scope="module")
def together(crowd: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Child of each record when all come at once."""
    return linked(crowd / "records.csv", tmp_path_factory.mktemp("together"))


def linked(records: Path, folder: Path, state: Path | None = None) -> dict[str, str]:
    out = folder / "clusters.csv"
    link(records, out, None, None, state, TODAY)
    found = pa.csv.read_csv(out, convert_options=pa.csv.ConvertOptions(column_types={"child_id": pa.string()}))
    assert found.column_names == ["record_id", "child_id"]
    return dict(zip(map(str, found["record_id"].to_pylist()), found["child_id"].to_pylist(), strict=True))


def children(found: dict[str, str]) -> set[frozenset[str]]:
    members: dict[str, set[str]] = {}
    for record, child in found.items():
        members.setdefault(child, set()).add(record)
    return set(map(frozenset, members.values()))


def saved(table: pa.Table, path: Path) -> Path:
    pa.csv.write_csv(table, path)
    return path


def test_every_record_gets_a_child(table: pa.Table, together: dict[str, str]) -> None:
    assert set(together) == set(table["record_id"].to_pylist())
    assert CHILDREN * 0.9 < len(children(together)) < CHILDREN * 1.3


def test_two_calls_with_a_state_equal_one_call(table: pa.Table, together: dict[str, str], tmp_path: Path) -> None:
    state, half = tmp_path / "state.duckdb", len(table) // 2
    first = linked(saved(table.slice(0, half), tmp_path / "first.csv"), tmp_path, state)
    second = linked(saved(table.slice(half), tmp_path / "second.csv"), tmp_path, state)
    assert children(first | second) == children(together)
    last = linked(saved(table.slice(0, 1), tmp_path / "again.csv"), tmp_path, state)
    assert table["record_id"][0].as_py() in last
    assert children(first | second | last) == children(together), "the same record again changes nothing"
    assert len(last) < len(together) / 2, "the answer is of the children a change may concern"


def test_chance_is_reckoned_anew_as_the_records_become_more(
    table: pa.Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = dataclasses.replace(rules(), least_records=64)
    monkeypatch.setattr("childledger.linkage.link.rules", lambda: few)
    at_once, by_and_by = tmp_path / "once.duckdb", tmp_path / "later.duckdb"
    linked(saved(table, tmp_path / "all.csv"), tmp_path, at_once)
    for start, end in ((0, len(table) // 2), (len(table) // 2, len(table))):
        linked(saved(table.slice(start, end - start), tmp_path / "some.csv"), tmp_path, by_and_by)
    assert weights(by_and_by) == weights(at_once)


def weights(state: Path) -> set[tuple[str, str, float]]:
    with duckdb.connect(state, read_only=True) as con:
        found = con.sql("""
            select l.record_id, r.record_id, round(weight, 6)
            from edge
            join label as l on l.rid = low_record
            join label as r on r.rid = high_record
            where route = 'probabilistic'""").fetchall()
    assert found
    return set(found)


def test_names_are_read_to_the_last(
    crowd: Path, together: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standard, "CHUNK", 100)
    monkeypatch.setattr(engine, "AT_A_TIME", 50)  # and so are the edges between units
    assert children(linked(crowd / "records.csv", tmp_path)) == children(together)


def test_the_order_of_rows_does_not_matter(table: pa.Table, together: dict[str, str], tmp_path: Path) -> None:
    order = list(range(len(table)))
    random.Random(1).shuffle(order)
    assert linked(saved(table.take(order), tmp_path / "shuffled.csv"), tmp_path) == together


def test_a_folder_of_parquet_is_as_good_as_a_file(table: pa.Table, together: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    for number, start in enumerate(range(0, len(table), 500)):
        part = table.slice(start, 500)
        pa.parquet.write_table(
            part if number else part.drop_columns(["disability_certificate_number"]), folder / f"{number}.parquet"
        )
    for name in ("records.parquet", "RECORDS.PARQUET"):
        pa.parquet.write_table(table, tmp_path / name)
        assert linked(tmp_path / name, tmp_path) == together
    in_folder = linked(folder, tmp_path)
    assert set(in_folder) == set(together)
    pa.parquet.write_table(table.slice(0, 500), folder / "0.parquet")
    assert linked(folder, tmp_path) == together


def test_absent_columns_are_blank_columns(table: pa.Table, tmp_path: Path) -> None:
    some = table.select(["record_id", "name", "id_number", "birth_date"])
    blank = table.select(some.column_names)
    for column in set(table.column_names) - set(some.column_names):
        blank = blank.append_column(column, pa.nulls(len(table), pa.string()))
    without = linked(saved(some, tmp_path / "some.csv"), tmp_path)
    assert without == linked(saved(blank, tmp_path / "blank.csv"), tmp_path)
    assert len(children(without)) < len(table) / 2


def test_a_state_left_unfinished_is_refused(table: pa.Table, tmp_path: Path) -> None:
    state, records = tmp_path / "state.duckdb", saved(table.slice(0, 50), tmp_path / "records.csv")
    linked(records, tmp_path, state)
    con = connect(state)
    run(con, "linkage/create_unfinished")  # what a run does first, and one that dies leaves behind
    con.close()
    with pytest.raises(LinkageError, match="left unfinished"):
        linked(records, tmp_path, state)


def test_a_state_of_other_rules_is_refused(table: pa.Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state, records = tmp_path / "state.duckdb", saved(table.slice(0, 50), tmp_path / "records.csv")
    linked(records, tmp_path, state)
    linked(records, tmp_path, state)
    monkeypatch.setattr("childledger.linkage.link.digest", lambda: "of other rules")
    with pytest.raises(LinkageError, match="made by other rules"):
        linked(records, tmp_path, state)


def test_a_file_that_is_refused_leaves_the_state_as_it_was(table: pa.Table, tmp_path: Path) -> None:
    state, records = tmp_path / "state.duckdb", saved(table.slice(0, 50), tmp_path / "records.csv")
    linked(records, tmp_path, state)
    twice = pa.concat_tables([table.slice(0, 1), table.slice(0, 2)])
    with pytest.raises(LinkageError, match="1 repeated or blank"):
        linked(saved(twice, tmp_path / "twice.csv"), tmp_path, state)
    with pytest.raises(LinkageError, match="no folder"):
        link(records, tmp_path / "c.csv", tmp_path / "nowhere" / "p.csv", None, state, TODAY)
    linked(records, tmp_path, state)


def test_a_damaged_file_leaves_the_state_as_it_was(table: pa.Table, tmp_path: Path) -> None:
    state, records = tmp_path / "state.duckdb", saved(table.slice(0, 50), tmp_path / "records.csv")
    linked(records, tmp_path, state)
    path = tmp_path / "damaged.parquet"
    pa.parquet.write_table(table, path, compression="none", use_dictionary=False)
    names = pa.parquet.ParquetFile(path).metadata.row_group(0).column(table.column_names.index("name"))
    content = bytearray(path.read_bytes())
    content[names.data_page_offset : names.data_page_offset + 60] = b"\xff" * 60
    path.write_bytes(content)
    with pytest.raises(LinkageError, match="not a readable file of records"):
        linked(path, tmp_path, state)
    linked(records, tmp_path, state)


def test_what_is_no_state_is_refused(table: pa.Table, tmp_path: Path) -> None:
    records = saved(table.slice(0, 50), tmp_path / "records.csv")
    with pytest.raises(LinkageError, match="no state of a matching"):
        linked(records, tmp_path, records)


@pytest.mark.parametrize(("text", "told"), [("name\n某\n", "no column record_id"), ("record_id,name\n,某\n", "blank")])
def test_records_without_a_name_are_refused(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "records.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LinkageError, match=told):
        linked(path, tmp_path)


def test_the_command_writes_what_it_is_asked_for(
    crowd: Path, together: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = {name: tmp_path / f"{name}.csv" for name in ("out", "pairs", "review")}
    named = [part for name, path in paths.items() for part in (f"--{name}", str(path))]
    assert cli.main(["link", "--records", str(crowd / "records.csv"), *named]) == 0
    told = capsys.readouterr().out
    assert f"records {len(together):,}" in told and f"children {len(children(together)):,}" in told
    heads = {name: path.read_text(encoding="utf-8").splitlines()[0] for name, path in paths.items()}
    assert heads == {
        "out": "record_id,child_id",
        "pairs": "left_record_id,right_record_id,route,rule_version,weight,agreement",
        "review": "left_record_id,right_record_id,reason,route,weight,agreement",
    }


def test_a_link_keeps_what_made_it_as_the_ledger_does(tmp_path: Path) -> None:
    """Route, rule version, agreement, and bits where it was weighed; so does a pair in the queue."""
    moved = without_id(SISTER_HOME, guardian_phone=None, guardian_name=None)
    records = [BOY_HOME, BOY_HOME, without_id(BOY_HOME), SISTER_HOME, moved, STRANGER, STRANGER | {"name": "王海燕"}]
    rows = frame(records)
    rows.to_csv(tmp_path / "records.csv", index=False)
    out, pairs, review = (tmp_path / f"{name}.csv" for name in ("out", "pairs", "review"))
    link(tmp_path / "records.csv", out, pairs, review, None, TODAY)
    ledger, made = household.link(*records), pd.read_csv(pairs, dtype={"rule_version": str})
    assert set(made["rule_version"]) == {rules().version}
    kept = ["route", "weight", "agreement"]
    ends = pd.concat([made.set_index(f"{side}_record_id")[kept] for side in ("left", "right")]).fillna({"weight": 0})
    for record, tied in zip(rows["record_id"], ledger.assigned.fillna({"weight": 0}).itertuples(), strict=True):
        if tied.route != "alone":
            assert (tied.route, tied.weight, tied.agreement) in set(
                ends.loc[[record]].itertuples(index=False, name=None)
            )
    assert set(made["route"]) == {"exact_id", "composite", "probabilistic"}
    [weighed] = made[made["weight"].notna()].itertuples()
    assert weighed.route == "probabilistic" and json.loads(weighed.agreement)["name"][0] == "exact"
    [asked], [queued] = pd.read_csv(review).itertuples(), ledger.review.itertuples()
    assert (asked.reason, asked.agreement) == (queued.reason, queued.agreement)
    assert asked.route == "identity" and pd.isna(asked.weight) and pd.isna(queued.weight)


def test_a_missing_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["link", "--records", str(tmp_path / "none.csv"), "--out", str(tmp_path / "out.csv")]) == 12
    assert capsys.readouterr().err == "LinkageError: none.csv: no such file or folder\n"


def test_training_reads_the_same_files_and_spares_the_model_in_use(
    crowd: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = model.FILE.read_bytes()
    command = [
        "train-linkage",
        "--records",
        str(crowd / "records.csv"),
        "--report",
        str(tmp_path / "report.txt"),
        "--out",
    ]
    assert cli.main([*command, str(model.FILE)]) == 12
    assert cli.main([*command, str(tmp_path / "model.csv")]) == 0
    assert model.FILE.read_bytes() == before
    assert model.rates(tmp_path / "model.csv")["sex", "equal"].m > 0.9
    assert "same id_number: " in capsys.readouterr().out


def test_files_are_linked_without_the_database(crowd: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "childledger.cli", "link"]
    arguments = ["--records", str(crowd / "records.csv"), "--out", str(tmp_path / "out.csv")]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=True, timeout=120)
    imported = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert "duckdb" in imported
    assert not imported & {"sqlalchemy", "psycopg", "altair", "great_expectations"}
