"""A workbook is read in a child process with limits, so that a hostile or broken one harms nobody else.

The child gets the open file and nothing more: no name, no environment. Rows come back one at a time as JSON lines, and
of what it says last only a code. What it writes to stderr may quote cells, so nobody sees it.
"""

from __future__ import annotations

import json
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from childledger.errors import FeedError, ServiceError
from childledger.workbook.cells import Row as Row

CHUNK = 1 << 16
MAX_LINE = 16 << 20
"""Bytes of one row as JSON: more than the child may send."""


def read_rows(path: Path, file_type: str, seconds: int) -> Iterator[Row]:
    """Stream a workbook; FeedError, at any row, when it can't or may not be read.

    `file_type` (xlsx or xls) is what its name says; the content decides. `seconds` limits the child's computing time
    and the time we wait for it, not the time the caller takes for a row. A closed generator ends the child.
    """
    command = [sys.executable, "-I", "-m", "childledger.workbook.child", file_type, str(seconds)]
    with path.open("rb") as drop:
        child = subprocess.Popen(
            command, stdin=drop, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/"
        )
    assert child.stdout is not None
    try:
        lines = _lines(child.stdout, seconds)
        if next(lines, None) is None:  # our own fault, so no verdict on the file
            raise ServiceError("the process that reads workbooks could not be started")
        yield from _rows(lines)
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def read_workbook(path: Path, seconds: int) -> list[list[str]]:
    """Cells of the first visible sheet, row by row."""
    return [row.cells for row in read_rows(path, "xlsx", seconds) if row.sheet == 0]


def _rows(lines: Iterator[bytes]) -> Iterator[Row]:
    for line in lines:
        said = json.loads(line)
        if isinstance(said, dict):
            if said["code"]:
                raise FeedError(said["code"], **said["detail"])
            return
        sheet, number, cells, marks = said
        yield Row(sheet, number, cells, [(column, code) for column, code in marks])
    raise FeedError("WORKBOOK_LIMIT")  # it was ended before it came to a verdict


def _lines(stream: IO[bytes], seconds: int) -> Iterator[bytes]:
    """Whole lines of a pipe; FeedError when we would wait for them longer than allowed."""
    left, rest = float(seconds), bytearray()
    with selectors.DefaultSelector() as ready:
        ready.register(stream, selectors.EVENT_READ)
        while True:
            started = time.monotonic()
            if not ready.select(left):
                raise FeedError("WORKBOOK_LIMIT")
            left -= time.monotonic() - started
            chunk = stream.read1(CHUNK)  # type: ignore[attr-defined]  # a pipe is a BufferedReader
            if not chunk:
                return
            *lines, tail = chunk.split(b"\n")
            for line in lines:
                yield bytes(rest + line)
                rest.clear()
            rest += tail
            if len(rest) > MAX_LINE:
                raise FeedError("WORKBOOK_LIMIT")
