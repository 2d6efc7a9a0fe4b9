"""Link: the stand-alone face. One file of records in, one child number for each record out; no database server."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import duckdb

from childledger.errors import LinkageError
from childledger.linkage.engine import Change, Engine
from childledger.linkage.rules import rules
from childledger.linkage.sets import connect, run, statement

LARGE = 512 * 2**20
"""Bytes of input from which the work is done in a file that may spill, not in memory."""
MEMORY = "8GB"


def link(records: Path, out: Path, pairs: Path | None, review: Path | None, today: date) -> dict[str, int]:
    """Link `records` (CSV, Parquet or a folder of Parquet), write record_id, child_id to `out`; return counts.

    `pairs`: the links made (left_record_id, right_record_id, route, weight in bits); `review`: the pairs a person
    should see, in order, with a reason. LinkageError for a file without record_id or with one given twice.
    """
    size = sum(file.stat().st_size for file in ([records] if records.is_file() else records.glob("*.parquet")))
    with tempfile.TemporaryDirectory(prefix=".linkage-", dir=out.resolve().parent) as folder:
        con = connect(Path(folder) / "work.duckdb" if size > LARGE else None, MEMORY)
        _open(con, records)
        engine = Engine(con, rules(), today)
        engine.link(Change())
        _write(con, "linkage/list_members", out)
        if pairs:
            _write(con, "linkage/list_links", pairs)
        if review:
            _write(con, "linkage/list_review", review)
        return engine.counts()


def _open(con: duckdb.DuckDBPyConnection, records: Path) -> None:
    try:
        if records.is_dir():
            con.read_parquet(str(records / "*.parquet"), union_by_name=True).create_view("incoming")
        elif records.suffix == ".parquet":
            con.read_parquet(str(records)).create_view("incoming")
        else:
            con.read_csv(str(records), all_varchar=True).create("incoming")
    except duckdb.Error as error:
        raise LinkageError(f"not a readable file of records: {type(error).__name__}") from None
    named, distinct = _count(con)
    if named != distinct:
        raise LinkageError(f"record_id must name each record once: {named - distinct} repeated or blank")


def _count(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    try:
        rows, distinct = run(con, "linkage/count_incoming").fetchall()[0]
    except duckdb.BinderException:
        raise LinkageError("the records have no column record_id") from None
    return rows, distinct


def _write(con: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    query = statement(name).rstrip().removesuffix(";")
    con.execute(f"copy ({query}\n) to $path (header)", {"path": str(path)})
