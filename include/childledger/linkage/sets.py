"""Sets: DuckDB does the set work of linkage, with statements from files and values bound."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import Any

import duckdb

from childledger.settings import INCLUDE

FOLDER = INCLUDE / "sql" / "duckdb"
ROW_GROUP = 122_880


def processors() -> int:
    """How many threads can work at once."""
    return (os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count()) or 1


def threads(rows: int) -> int:
    """How many threads are worth their start on so many rows: DuckDB gives each a group of rows."""
    return min(processors(), 1 + rows // ROW_GROUP)


def connect(
    path: Path | None = None, memory: str | None = None, spill: Path | None = None, workers: int | None = None
) -> duckdb.DuckDBPyConnection:
    """A private database: in memory, or in a file that holds what memory does not.

    `memory`: the most it may use, as DuckDB writes it ("8GB"); beyond it work spills into the
    folder `spill`. `workers`: threads, of which there are else as many as can work at once.
    """
    con = duckdb.connect(str(path) if path else ":memory:")
    con.execute("set preserve_insertion_order = false")
    con.execute("set threads = ?", [workers or processors()])
    con.execute("set enable_progress_bar = false")
    con.execute("set checkpoint_threshold = '1GB'")  # the file is tidied at the end, not amid a statement
    con.execute("set disabled_optimizers = 'cte_filter_pusher'")  # it writes out anew what a materialized step computes
    if memory:
        con.execute("set memory_limit = ?", [memory])
    if spill:
        con.execute("set temp_directory = ?", [str(spill)])
    return con


@functools.cache
def statement(name: str) -> str:
    """The statement of sql/duckdb/<name>.sql."""
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def run(con: duckdb.DuckDBPyConnection, name: str, /, **binds: Any) -> duckdb.DuckDBPyConnection:
    """Execute sql/duckdb/<name>.sql with bound values."""
    return con.execute(statement(name), binds or None)
