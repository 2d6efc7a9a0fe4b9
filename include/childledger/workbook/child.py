"""The child: limits itself before it reads a byte, then turns the workbook on stdin into lines of JSON on stdout.

Run as `python -I -m childledger.workbook.child FILE_TYPE SECONDS < FILE`. First line: that it is ready. Then one line
per row. Last line: the verdict code with its details, or no code when the workbook was read to its end.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from childledger.errors import FeedError
from childledger.workbook import content, xls, xlsx
from childledger.workbook.cells import MAX_COLUMNS, MAX_ROWS, MAX_TEXT, Row
from childledger.workbook.package import NO_MEMORY

MEMORY = 512 << 20
MAX_ROW_TEXT = 1_000_000
"""Characters of one row, so that nobody after us must hold more."""
MAX_GAP = 1_000
"""Empty rows in a row: below more of them stands something of which nobody can tell whether it counts."""
OTHER_SHEET_ROWS = 10
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def limit(seconds: int) -> None:
    """Bound memory and computing time; no core dump, which would hold cells, and no file that grows."""
    for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(kind, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))  # SIGXCPU, which tells it from a kill by others


def rows(stream: BinaryIO, file_type: str) -> Iterator[Row]:
    """Every row of the first visible sheet, gaps filled, and the first ten with content of every other sheet."""
    reader = xlsx if content.kind_of(stream, file_type) == "xlsx" else xls
    other = 0
    for sheet in reader.sheets(stream):
        if sheet.is_first:
            yield from _whole(sheet.rows)
            continue
        told = list(islice(filter(_is_content, sheet.rows), OTHER_SHEET_ROWS))
        other += bool(told)
        yield from (_within_limits(row._replace(sheet=other)) for row in told)


def _whole(found: Iterator[Row]) -> Iterator[Row]:
    last = 0
    for row in filter(_is_content, found):
        gap = row.number - last - 1
        if gap > MAX_GAP:
            raise FeedError("WORKBOOK_GAP", row=row.number, gap=gap)
        yield from (Row(0, number, [], []) for number in range(last + 1, row.number))
        yield _within_limits(row)
        last = row.number


def _is_content(row: Row) -> bool:
    """A formula nobody has calculated may stand for anything; a cell of spaces stands for nothing."""
    return any(map(str.strip, row.cells)) or any(code == "FORMULA_WITHOUT_VALUE" for _, code in row.marks)


def _within_limits(row: Row) -> Row:
    sizes = [len(cell) for cell in row.cells]
    if any("\0" in cell for cell in row.cells):  # no database takes it
        raise FeedError("UNREADABLE_WORKBOOK")
    if (
        len(sizes) > MAX_COLUMNS
        or row.number > MAX_ROWS
        or sum(sizes) > MAX_ROW_TEXT
        or max(sizes, default=0) > MAX_TEXT
    ):
        raise FeedError("WORKBOOK_LIMIT")
    return row


def main(file_type: str, seconds: int) -> None:
    """Say one line per row, then the verdict."""
    limit(seconds)
    say("ready")
    code, detail = "", {}
    try:
        for row in rows(sys.stdin.buffer, file_type):
            say(row)
    except FeedError as refusal:
        code, detail = refusal.code, refusal.detail
    except MemoryError:
        code = "WORKBOOK_LIMIT"
    except ParseError as error:
        code = "WORKBOOK_LIMIT" if error.code == NO_MEMORY else "UNREADABLE_WORKBOOK"
    except Exception:
        code = "UNREADABLE_WORKBOOK"
    with suppress(BrokenPipeError):
        say({"code": code, "detail": detail})
        sys.stdout.flush()


def say(line: Any) -> None:
    """One line of JSON."""
    sys.stdout.buffer.write(ENCODER.encode(line).encode() + b"\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
