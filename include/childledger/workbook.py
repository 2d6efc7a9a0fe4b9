"""Child process that reads one workbook, so that a hostile or broken one harms nobody else.

Run as `python -m childledger.workbook PATH`: one JSON array of cell texts per row on stdout; exit 3 when it is not a
workbook we read, 4 when it would exceed the limits. The parent sets rlimits and a wall-clock limit.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from childledger.errors import FeedError

MEMORY = 1 << 30
UNPACKED = 512 * 1024 * 1024
PARTS = 2_000
UNREADABLE, LIMIT = 3, 4


def read_workbook(path: Path, seconds: int) -> list[list[str]]:
    """Rows of the first sheet as text, read in a limited child; FeedError when it can't or may not be read."""

    def limits() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    env = {"PATH": os.environ.get("PATH", ""), "OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "childledger.workbook", str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, preexec_fn=limits, env=env, check=False)
    except subprocess.TimeoutExpired:
        raise FeedError("WORKBOOK_LIMIT") from None
    if done.returncode == UNREADABLE:
        raise FeedError("UNREADABLE_WORKBOOK")
    if done.returncode != 0:  # killed by a limit, or out of memory: stderr may quote cells, so it is not looked at
        raise FeedError("WORKBOOK_LIMIT")
    return [json.loads(line) for line in done.stdout.splitlines()]


def main(path: Path) -> int:
    """Write the rows of the first sheet to stdout; return the exit code."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
                return LIMIT
        for row in rows(path):
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    except MemoryError:
        return LIMIT
    except Exception:
        return UNREADABLE
    return 0


def rows(path: Path) -> Iterator[list[str]]:
    """Every row of the first sheet; trailing empty cells are dropped, so that formatting alone adds no columns."""
    import openpyxl

    with path.open("rb") as stream:  # by path openpyxl refuses archived files: their name is a digest, not *.xlsx
        sheet = openpyxl.load_workbook(stream, read_only=True, data_only=True).worksheets[0]
        sheet.reset_dimensions()  # the declared size may be a lie: 2 of 300,002 rows were read when it was trusted
        for cells in sheet.iter_rows(values_only=True):
            texts = [as_text(cell) for cell in cells]
            while texts and not texts[-1]:
                texts.pop()
            yield texts


def as_text(value: Any) -> str:
    """A cell as text; numbers that Excel no longer knows exactly show as such (4.10185E+17)."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
        case date():
            return value.isoformat()
        case int() | float() if abs(value) >= 1e15:
            return f"{value:.5E}"
        case float() if value.is_integer():
            return str(int(value))
    return str(value)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
