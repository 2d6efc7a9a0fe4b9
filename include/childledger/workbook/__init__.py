"""A workbook is read in a child process with limits, so that a hostile or broken one harms nobody else.

The child gets the open file and nothing more: no name, no environment. Rows come back one at a time as JSON lines, and
of what it says last only a code. What it writes to stderr may quote cells, so nobody sees it.
"""

from __future__ import annotations

import json
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import IO

from childledger.errors import FeedError, ServiceError
from childledger.workbook.cells import Row as Row

CHUNK = 1 << 16
KILLED = (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP)
"""Ends that others make; the child's own limits end it in other ways (SIGXCPU, SIGABRT, an exit code)."""
PATIENCE = 10
"""Seconds we wait for one of computing: on a busy machine a file is late, not at fault."""
MAX_LINE = 16 << 20
"""Bytes of one row as JSON: more than the child may send."""


def read_rows(path: Path, file_type: str, seconds: int) -> Iterator[Row]:
    """Stream a workbook; FeedError, at any row, when it can't or may not be read.

    `file_type` (xlsx or xls) is what its name says; the content decides. `seconds` limits the child's computing time. A
    child that never starts, is starved or is killed by others says nothing about the file: ServiceError. A closed
    generator ends the child.
    """
    command = [sys.executable, "-I", "-m", "childledger.workbook.child", file_type, str(seconds)]
    with path.open("rb") as drop:
        child = subprocess.Popen(
            command, stdin=drop, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/"
        )
    assert child.stdout is not None
    try:
        lines = _lines(child.stdout, PATIENCE * seconds)
        if next(lines, None) is None:
            raise ServiceError("the process that reads workbooks could not be started")
        if not (yield from _rows(lines)):
            if child.wait() in KILLED:
                raise ServiceError("the process that reads workbooks was killed")
            raise FeedError("WORKBOOK_LIMIT")  # by its own limits, before it came to a verdict
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def _rows(lines: Iterator[bytes]) -> Generator[Row, None, bool]:
    """Rows up to the verdict; returns whether there was one."""
    for line in lines:
        told = json.loads(line)
        if isinstance(told, dict):
            if told["code"]:
                raise FeedError(told["code"], **told["detail"])
            return True
        sheet, number, cells, marks = told
        yield Row(sheet, number, cells, [(column, code) for column, code in marks])
    return False


def _lines(stream: IO[bytes], seconds: int) -> Iterator[bytes]:
    """Whole lines of a pipe, for which we wait so many seconds in all; the time the caller takes is not counted."""
    left, rest = float(seconds), bytearray()
    with selectors.DefaultSelector() as ready:
        ready.register(stream, selectors.EVENT_READ)
        while True:
            started = time.monotonic()
            if not ready.select(left):
                raise ServiceError(f"a workbook was not read within {seconds} s, as the machine is too busy")
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
