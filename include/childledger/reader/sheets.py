"""The first sheet of a workbook as chunks, with what only a workbook hides: formulas, filters, merges, more sheets."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from childledger import records, workbook
from childledger.contracts import Contract
from childledger.errors import FeedError
from childledger.reader import ROWS, SEVERITIES, Chunk, as_chunk
from childledger.reader.fields import from_rows
from childledger.reader.header import WITHIN, Header, find_header


def read(path: Path, contract: Contract, file_type: str, seconds: int) -> Iterator[Chunk]:
    """Read a workbook in its limited child; FeedError when it can't be taken, or when another sheet holds rows too."""
    rows = workbook.read_rows(path, file_type, seconds)
    top: list[workbook.Row] = []
    others: list[workbook.Row] = []
    for row in rows:
        (others if row.sheet else top).append(row)
        if others or len(top) > WITHIN:
            break
    if not others and not any(row.cells for row in top):
        raise FeedError("EMPTY_FILE")  # an empty sheet before others is none: it would make a nil return of children
    widest = max((len(row.cells) for row in top), default=0)
    header = find_header([(row.number, _padded(row.cells, widest)) for row in top], contract)
    header = _trimmed(header)
    first = _Rows(top, rows, others)
    number = 1
    while chunk_rows := list(islice(first, ROWS)):
        chunk = as_chunk(from_rows(((row.number, row.cells) for row in chunk_rows), header.width), header, number)
        _mark(chunk, chunk_rows)
        yield chunk
        number += len(chunk_rows)
    _refuse_other_tables(first.others, header.width, contract)


class _Rows(Iterator[workbook.Row]):
    """Rows of the first sheet, those already looked at first; what follows of other sheets is put aside."""

    def __init__(self, top: list[workbook.Row], rest: Iterator[workbook.Row], others: list[workbook.Row]) -> None:
        self.top, self.rest, self.others = iter(top), rest, others

    def __next__(self) -> workbook.Row:
        row = next(self.top, None)
        if row:
            return row
        for row in self.rest:
            if not row.sheet:
                return row
            self.others.append(row)
        raise StopIteration


def _padded(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells))


def _trimmed(header: Header) -> Header:
    """Empty fields behind the last heading are the width of a title above, not of the table."""
    width = max(position for position, name in enumerate(header.columns) if name or header.headings[position]) + 1
    cells = tuple(line[:width] for line in header.cells)
    unheaded = tuple(position for position in header.unheaded if position < width)
    return Header(header.first_line, header.last_line, cells, header.columns[:width], unheaded)


def _mark(chunk: Chunk, rows: list[workbook.Row]) -> None:
    """Tell what stands on data rows; a row with an error is held back."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = chunk.header.columns
    data = set(chunk.numbers.to_pylist())
    wrong = set()
    for row in rows:
        for position, code in row.marks if row.number in data else ():
            name = columns[position - 1] if 0 < position <= len(columns) else None
            if position and not name:
                continue  # a field nobody reads
            chunk.tell(row.number, code, name or "")
            if SEVERITIES[code] == "error":
                wrong.add(row.number)
    if wrong:
        at = pc.is_in(chunk.numbers, pa.array(sorted(wrong), pa.int32()))
        taken = zip(*(column.filter(at).to_pylist() for column in chunk.cells), strict=True)
        chunk.held_back |= {n: list(r) for n, r in zip(chunk.numbers.filter(at).to_pylist(), taken, strict=True)}
        chunk.keep(pc.invert(at))


def _refuse_other_tables(others: list[workbook.Row], width: int, contract: Contract) -> None:
    """A second sheet with the contract's headings, or children below no heading, is rows nobody would read."""
    if any(_is_of_a_child(row.cells, width) for row in others):
        raise FeedError("SEVERAL_SHEETS")
    for sheet in {row.sheet for row in others}:
        lines = [(row.number, row.cells) for row in others if row.sheet == sheet]
        widest = max(len(cells) for _, cells in lines)
        try:
            find_header([(number, _padded(cells, widest)) for number, cells in lines], contract)
        except FeedError as error:
            if error.code == "HEADER_NOT_FOUND":
                continue
        raise FeedError("SEVERAL_SHEETS")


def _is_of_a_child(cells: list[str], width: int) -> bool:
    """A row of a table as wide as ours with an identity number; notes and lists of words have none."""
    filled = [records.read_code(cell) for cell in cells if cell.strip()]
    return len(filled) * 2 > width and any(code and records.is_resident_id(code) for code in filled)
