"""The way to PostgreSQL: one engine, SQL from files, values bound, bulk by COPY in the same transaction."""

from __future__ import annotations

import functools
import io
import json as jsonlib
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from childledger.errors import CheckFailed
from childledger.settings import BEIJING, INCLUDE

if TYPE_CHECKING:
    import pyarrow as pa

SQL = INCLUDE / "sql"
TEMPORARY = "128MB"
"""Memory of a connection for what a stage lays out for itself; it takes what it needs of it."""
LONGEST_ROW = 16 << 20
"""Bytes of a row that is read in a batch: more than the longest line a file may have, in UTF-8."""


@functools.cache
def engine(url: str) -> Engine:
    """One pooled engine a process and URL, on Beijing's clock whatever the server's; no parameter reaches a log."""
    told = {"options": f"-c timezone={BEIJING.key} -c temp_buffers={TEMPORARY}"}
    return sa.create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=2, connect_args=told)


@contextmanager
def transaction(url: str) -> Iterator[Connection]:
    """Yield a connection whose work is committed as a whole, or not at all."""
    with engine(url).begin() as conn:
        yield conn


@functools.cache
def query(name: str) -> sa.TextClause:
    """Return the statement of sql/<name>.sql, for example `query("queries/intake/insert_receipt")`.

    >>> query("queries/linkage/lock_identity").text.splitlines()[0]
    '-- One resolve at a time, until the transaction ends.'
    """
    return sa.text((SQL / f"{name}.sql").read_text(encoding="utf-8"))


def run(conn: Connection, name: str, /, **values: Any) -> sa.CursorResult[Any]:
    """Execute sql/queries/<name>.sql with bound values."""
    return conn.execute(query(f"queries/{name}"), values)


def run_many(conn: Connection, name: str, rows: Sequence[Mapping[str, Any]], /) -> None:
    """Execute sql/queries/<name>.sql once for each mapping; nothing for none."""
    if rows:
        conn.execute(query(f"queries/{name}"), list(rows))


def copy_rows(conn: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY rows into schema.table inside the caller's transaction."""
    with _copy(conn, table, columns, "") as copy:
        for row in rows:
            copy.write_row(row)


def copy_csv(conn: Connection, table: str, columns: Sequence[str], csv: io.StringIO) -> None:
    """COPY CSV text (no header, empty unquoted = null) into schema.table inside the caller's transaction."""
    with _copy(conn, table, columns, " (format csv)") as copy:
        while chunk := csv.read(1 << 20):
            copy.write(chunk)


class _Told(io.RawIOBase):
    """What a COPY tells, read as a file."""

    def __init__(self, copy: psycopg.Copy) -> None:
        self.copy, self.rest = copy, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.rest = self.rest or memoryview(self.copy.read())
        size = min(len(buffer), len(self.rest))
        buffer[:size], self.rest = self.rest[:size], self.rest[size:]
        return size


@contextmanager
def read_batches(conn: Connection, name: str) -> Iterator[pa.RecordBatchReader]:
    """Yield the rows of sql/queries/<name>.sql (no binds) as text columns in batches, never all of them in memory."""
    import pyarrow as pa
    from pyarrow import csv

    driver = conn.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    statement = f"copy ({query(f'queries/{name}').text.rstrip().removesuffix(';')}) to stdout (format csv, header)"
    as_told = csv.ConvertOptions(default_column_type=pa.string(), strings_can_be_null=True, null_values=[""])
    with driver.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        yield csv.open_csv(
            io.BufferedReader(_Told(copy), 1 << 20),
            csv.ReadOptions(block_size=LONGEST_ROW),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=as_told,
        )


def copy_batches(conn: Connection, table: str, columns: Sequence[str], batches: Iterable[pa.RecordBatch]) -> None:
    """COPY batches of these columns into a table inside the caller's transaction."""
    from pyarrow import csv

    with _copy(conn, table, columns, " (format csv)") as copy:
        for batch in batches:
            csv.write_csv(batch, sink := io.BytesIO(), csv.WriteOptions(include_header=False))
            copy.write(sink.getvalue())


@contextmanager
def _copy(conn: Connection, table: str, columns: Sequence[str], options: str) -> Iterator[psycopg.Copy]:
    driver = conn.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    target = psycopg.sql.Identifier(*table.split("."))
    names = psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, columns))
    statement = psycopg.sql.SQL("copy {} ({}) from stdin" + options).format(target, names)
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        yield copy


def migrate(url: str, folder: Path = SQL / "migrations") -> list[str]:
    """Apply the migrations not yet applied, in order, under the library's lock; return their ids.

    A file that was applied and has changed since is refused by the library's content hash only for new ids,
    so migrations are append-only by house rule (tests/test_house.py).
    """
    import yoyo  # the kept library; imported here because only operators migrate

    logging.getLogger("yoyo").setLevel(logging.WARNING)
    backend = yoyo.get_backend(url)
    try:
        with backend.lock():
            waiting = backend.to_apply(yoyo.read_migrations(str(folder)))
            backend.apply_migrations(waiting)
            return [migration.id for migration in waiting]
    finally:
        backend.connection.close()


def json(value: Any) -> str:
    """Serialise a value for a `CAST(:x AS jsonb)` bind."""
    return jsonlib.dumps(value, ensure_ascii=False, default=str)


def canonical(value: Any) -> str:
    """Serialise a value in one form only, so that equal values are equal bytes: sorted keys, no spaces."""
    return jsonlib.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def verify(conn: Connection, names: Iterable[str]) -> None:
    """Run sql/checks/<name>.sql; CheckFailed names each check that returns rows, how many and the first ids."""
    broken = []
    for name in names:
        offenders = conn.execute(query(f"checks/{name}")).fetchall()
        if offenders:
            broken.append(f"{name}: {len(offenders)} rows, first {[list(row) for row in offenders[:5]]}")
    if broken:
        raise CheckFailed("; ".join(broken))


def record_stage(conn: Connection, stage: str, seconds: float, receipt_id: int | None = None, **counts: int) -> None:
    """Note a completed run of a stage in the transaction that did its work."""
    run(conn, "ops/insert_stage_run", stage=stage, receipt_id=receipt_id, seconds=seconds, counts=json(counts))
