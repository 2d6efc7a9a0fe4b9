"""Link: the stand-alone face. One file of records in, one child number for each record out; no database server."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

from childledger.errors import LinkageError
from childledger.linkage.engine import Change, Engine
from childledger.linkage.rules import digest, rules
from childledger.linkage.sets import connect, run, statement

LARGE = 512 * 2**20
"""Bytes of input from which the work is done in a file that may spill, not in memory."""
MEMORY = "7GB"


def link(
    records: Path, out: Path, pairs: Path | None, review: Path | None, state: Path | None, today: date
) -> dict[str, int]:
    """Link `records` (CSV, Parquet or a folder of Parquet), write record_id, child_id to `out`; return counts.

    `pairs`: the links made (left_record_id, right_record_id, route, rule_version; weight in bits, where it was weighed;
    agreement, JSON: column → [how it agrees, bits or null]); `review`: the pairs a person should see, in order, with a
    reason. `state`: a file that keeps what was linked; when it is there, `records` are the new and changed ones, and
    `out` has the records of every child they may concern. LinkageError for a file without record_id or with one given
    twice, and for a state that other rules made.
    """
    for path in (out, pairs, review, state):
        if path and not path.resolve().parent.is_dir():
            raise LinkageError(f"{path.name}: there is no folder to write it to")
    with workplace(records, out, state) as con:
        read_records(con, records)
        _begin(con)
        engine = Engine(con, rules(), today)
        engine.link(Change())
        _write(con, "linkage/list_members", out)
        if pairs:
            _write(con, "linkage/list_links", pairs, rule_version=rules().version)
        if review:
            _write(con, "linkage/list_review", review)
        run(con, "linkage/drop_unfinished")
        return engine.counts()


@contextmanager
def workplace(records: Path, out: Path, state: Path | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database: in memory, in a file beside the answer for much, or the state itself.

    LinkageError where there are no records, or the state can't be opened.
    """
    if not records.exists():
        raise LinkageError(f"{records.name}: no such file or folder")
    if state and state.exists() and not (state.is_file() and _is_database(state)):
        raise LinkageError(f"{state.name} is no state of a matching")
    size = sum(file.stat().st_size for file in ([records] if records.is_file() else records.glob("*.parquet")))
    with tempfile.TemporaryDirectory(prefix=".linkage-", dir=out.resolve().parent) as folder:
        try:
            con = connect(state or (Path(folder) / "work.duckdb" if size > LARGE else None), MEMORY, Path(folder))
        except duckdb.Error as error:
            told = "the state can't be opened; is it in use?" if state else "no room to work in"
            raise LinkageError(f"{told} {type(error).__name__}") from None
        try:
            yield con
        finally:
            con.close()


def _is_database(state: Path) -> bool:
    """Tell DuckDB's own files; it would open many others too, and keep nothing."""
    with state.open("rb") as file:
        return file.read(12)[8:] == b"DUCK"


def _begin(con: duckdb.DuckDBPyConnection) -> None:
    """Mark the state as unfinished; one that was left so says nothing. (One transaction would plan without counts.)

    One that other rules made is refused: what comes now would be linked by these and the rest by those.
    """
    tables = {name for (name,) in run(con, "linkage/list_tables").fetchall()}
    if "unfinished" in tables:
        raise LinkageError("the state was left unfinished by a run that died: remove it and link everything")
    if not tables:
        run(con, "linkage/create_origin", origin=digest())
    elif "origin" not in tables or run(con, "linkage/list_origin").fetchall()[0][0] != digest():
        raise LinkageError("the state was made by other rules: remove it and link everything")
    run(con, "linkage/create_unfinished")


def read_records(con: duckdb.DuckDBPyConnection, records: Path) -> None:
    """Create `incoming` of the records; LinkageError for a file that can't be read, or without a name for each."""
    try:
        if records.is_dir():
            incoming = con.read_parquet(str(records / "*.parquet"), union_by_name=True)
        elif records.suffix.lower() == ".parquet":
            incoming = con.read_parquet(str(records))
        else:
            incoming = con.read_csv(str(records), all_varchar=True)
        con.register("file", incoming)
        run(con, "linkage/create_incoming")
    except duckdb.Error as error:
        raise LinkageError(f"not a readable file of records: {type(error).__name__}") from None
    try:
        rows, distinct = run(con, "linkage/count_incoming").fetchall()[0]
    except duckdb.BinderException:
        raise LinkageError("the records have no column record_id") from None
    if rows != distinct:
        raise LinkageError(f"record_id must name each record once: {rows - distinct} repeated or blank")


def _write(con: duckdb.DuckDBPyConnection, name: str, path: Path, **binds: str) -> None:
    con.sql(statement(name), params=binds or None).write_csv(str(path), header=True)
