"""Read any office file by its contract: one physical line is one record, and every line is accounted for.

No dialect is guessed. A line that can't be read for certain is held back with its reason, never padded or shifted, and
a file is read a block at a time. physical lines = header + blank + records + held back, for every block.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from childledger.contracts import Contract
from childledger.damage import is_whole
from childledger.errors import CheckFailed, FeedError
from childledger.reader import fields, lines, pieces
from childledger.reader.fields import Fields, cells_of
from childledger.reader.header import WITHIN, Header, find_header, heading_of
from childledger.reader.lines import encoding_of
from childledger.records import Finding

__all__ = ["Chunk", "Header", "encoding_of", "read"]

SEVERITIES = {
    "BYTES_UNREADABLE": "error",
    "CONTROL_CHARACTER": "error",
    "QUOTE_UNCERTAIN": "error",
    "FIELD_COUNT": "error",
    "ABOVE_HEADER": "error",
    "CELL_PERHAPS_CUT": "error",
    "CELL_WITHOUT_HEADING": "error",
    "SECOND_TABLE": "error",
    "LAST_LINE_CUT": "error",
    "LAST_LINE_UNTERMINATED": "query",
    "TOTAL_LINE": "notice",
    "OPTIONAL_COLUMN_MISSING": "notice",
    "FORMULA": "notice",
    "FORMULA_WITHOUT_VALUE": "error",
    "ERROR_VALUE": "error",
    "HIDDEN_ROW": "query",
    "MERGED_CELL": "error",
    "SHOWN_OTHERWISE": "query",
}
"""What no contract asks for: an error holds the line back, a query is taken and asked about, a notice is told."""
WORKBOOKS = ("xlsx", "xls")
_GAP = "[\\s\u3000]*"
TOTAL = (
    f"^{_GAP}(?:[合总小共]{_GAP}计{_GAP}[:：]?{_GAP}$"
    f"|(?:(?:填表|填报|制表|审核|复核|报送|单位负责){_GAP}(?:人|日期|时间|单位)|单位{_GAP}[（(]{_GAP}盖章{_GAP}[）)]){_GAP}[:：])"
)
"""How total lines begin, and what is signed below a table: words and a colon that begin no cell of a child."""
_TOTAL = re.compile(TOTAL)
_COUNTS = re.compile("计|:|：".encode())
ROWS = 20_000
"""Rows of a sheet in one chunk."""


@dataclass
class Chunk:
    """Consecutive physical lines of a file; numbers count from 1, as the sender sees them."""

    header: Header
    line_count: int
    continued_lines: list[int]
    """Further lines of records that hold line breaks, where the contract allows them."""
    header_lines: list[int]
    """Notes above the header, the header, its repetitions and total lines."""
    blank_lines: list[int]
    held_back: dict[int, list[str]]
    """Line → the text it holds, for lines that could not be read for certain."""
    numbers: pa.Array
    """int32 line number of each record."""
    cells: list[pa.Array]
    """Text of the records as sent, one array per field."""
    findings: list[Finding]
    goes_on: bool = False
    """Whether the next chunk begins with a piece of a line, which may belong to the last record."""

    def raw(self) -> dict[str, pa.Array]:
        """Text of the records as sent, by contract column."""
        return {name: column for name, column in zip(self.header.columns, self.cells, strict=True) if name}

    def tell(self, line: int, code: str, column: str = "") -> None:
        """Note a finding of the reader's own."""
        self.findings.append(Finding(line, column, code, SEVERITIES[code], f"reader/{code}"))

    def hold_back(self, code: str, at: pa.Array) -> None:
        """Take the records where `at` is true out of the records, for one reason."""
        if not pc.any(at).as_py():
            return
        taken = self.numbers.filter(at).to_pylist()
        rows = zip(*(column.filter(at).to_pylist() for column in self.cells), strict=True)
        self.held_back |= {number: list(row) for number, row in zip(taken, rows, strict=True)}
        for number in taken:
            self.tell(number, code)
        self.keep(pc.invert(at))

    def keep(self, at: pa.Array) -> None:
        """Keep the records where `at` is true."""
        self.numbers = self.numbers.filter(at)
        self.cells = [column.filter(at) for column in self.cells]


def read(path: Path, contract: Contract, file_type: str, seconds: int) -> Iterator[Chunk]:
    """Read a file chunk by chunk; FeedError, at any point, when it can't be taken as a whole.

    `file_type` is csv, tsv, xlsx or xls; `seconds` limits the child process that reads a workbook.
    """
    if file_type in WORKBOOKS:
        from childledger.reader import sheets

        chunks = sheets.read(path, contract, file_type, seconds)
    else:
        chunks = _read_text(path, contract, delimiter_of(contract, file_type))
    return _accounted(chunks, contract, delimiter_of(contract, file_type))


def delimiter_of(contract: Contract, file_type: str) -> str:
    """What separates the fields of a text file: the contract's delimiter, in a .tsv the tab."""
    return "\t" if file_type == "tsv" else contract.delimiter


@contextmanager
def opened(path: Path, file_type: str, max_bytes: int) -> Iterator[tuple[Path, str]]:
    """Yield path and type of the file to read: itself, or what a ZIP holds, for as long as the block lasts."""
    if file_type != "zip":
        yield path, file_type
        return
    from childledger import archive

    with TemporaryDirectory(prefix="childledger-") as folder:
        inner_type, inner = archive.unpack(path, Path(folder), max_bytes)
        yield inner, inner_type


def _accounted(chunks: Iterator[Chunk], contract: Contract, delimiter: str) -> Iterator[Chunk]:
    table = _Table(contract, delimiter)
    for chunk in chunks:
        if chunk.header.last_line in chunk.header_lines:
            for name in [c.name for c in contract.columns if c.name not in chunk.header.columns]:
                chunk.tell(chunk.header.last_line, "OPTIONAL_COLUMN_MISSING", name)
        table.sort(chunk)
        parts = (chunk.continued_lines, chunk.header_lines, chunk.blank_lines, chunk.held_back, chunk.numbers)
        if chunk.line_count != sum(map(len, parts)):
            raise CheckFailed(f"physical lines are not conserved by the reader: {chunk.line_count} lines")
        yield chunk


def _read_text(path: Path, contract: Contract, delimiter: str) -> Iterator[Chunk]:
    blocks = lines.read_blocks(path, contract)
    first_block = next(blocks, None)
    if first_block is None or not first_block.data.strip(b"\r\n\t ,;|"):
        raise FeedError("EMPTY_FILE")
    header = _find_header(first_block.data, contract, delimiter)
    number, rest, carried = 1, b"", set[int]()
    for block, following in _with_next(itertools.chain([first_block], blocks)):
        if rest:
            shift = rest.count(b"\n")
            block = lines.Block(rest + block.data, carried | {position + shift for position in block.broken})
        split = fields.split(
            block, header.width, delimiter, number, joins=contract.quoted_line_breaks, last=following is None
        )
        chunk = as_chunk(split, header, number)
        chunk.goes_on = bool(following and pieces.begins_with_one(following.data, delimiter))
        if following is None and not block.data.endswith(b"\n"):
            _end_open(chunk, contract, is_closed=block.data.rstrip(b"\r").endswith(b'"'))
        yield chunk
        number, rest = number + split.line_count, split.rest
        carried = {position - split.line_count for position in block.broken if position >= split.line_count}


def _end_open(chunk: Chunk, contract: Contract, *, is_closed: bool) -> None:
    """Judge the last record of a file without a last line end: what may have been cut short is held back."""
    if not len(chunk.numbers) or chunk.numbers[-1].as_py() < max([*chunk.blank_lines, *chunk.held_back, 0]):
        return
    line, name = chunk.numbers[-1].as_py(), chunk.header.columns[-1]
    if is_closed or name is None or is_whole(chunk.cells[-1][-1].as_py(), contract.column(name)):
        chunk.tell(line, "LAST_LINE_UNTERMINATED")
    else:
        chunk.hold_back("LAST_LINE_CUT", pc.equal(chunk.numbers, line))


def _with_next(blocks: Iterator[lines.Block]) -> Iterator[tuple[lines.Block, lines.Block | None]]:
    block = next(blocks)
    for following in blocks:
        yield block, following
        block = following
    yield block, None


def _find_header(data: bytes, contract: Contract, delimiter: str) -> Header:
    top = [line.decode(errors="replace").rstrip("\r") for line in data.split(b"\n", WITHIN + 1)[: WITHIN + 1]]
    try:
        return find_header(_fields_of(top, delimiter), contract)
    except FeedError as refusal:
        for other in {",", ";", "\t", "|", "，", "；"} - {delimiter} if refusal.code == "HEADER_NOT_FOUND" else ():
            try:
                find_header(_fields_of(top, other), contract)
            except FeedError:
                continue
            names = {"\t": "TAB"}
            told = {"expected": names.get(delimiter, delimiter), "found": names.get(other, other)}
            raise FeedError("WRONG_DELIMITER", **told) from None
        raise


def _fields_of(top: list[str], delimiter: str) -> list[tuple[int, list[str]]]:
    return [(number, cells_of(line, delimiter) or [line]) for number, line in enumerate(top, 1)]


def as_chunk(split: Fields, header: Header, first: int) -> Chunk:
    """Fields of a block as a chunk: lines up to the header are the header's, odd ones are held back."""
    spanned = [line + more for line, span in split.spans.items() for more in range(1, span)]
    chunk = Chunk(
        header=header,
        line_count=split.line_count,
        continued_lines=spanned,
        header_lines=list(range(first, min(first + split.line_count, header.last_line + 1))),
        blank_lines=[line for line in split.blank if line > header.last_line],
        held_back={line: cells for line, (_, cells) in split.odd.items() if line > header.last_line},
        numbers=split.numbers,
        cells=split.cells,
        findings=[],
    )
    for line in chunk.held_back:
        chunk.tell(line, split.odd[line][0])
    if first <= header.last_line:
        _take_top(chunk, {line: cells for line, (_, cells) in split.odd.items()})
    return chunk


def _take_top(chunk: Chunk, odd: dict[int, list[str]]) -> None:
    """What stands above the header is notes, unless most of its fields are filled: then it may be a row."""
    header, top = chunk.header, pc.less_equal(chunk.numbers, chunk.header.last_line)
    rows = zip(*(column.filter(top).to_pylist() for column in chunk.cells), strict=True)
    for line, row in [*zip(chunk.numbers.filter(top).to_pylist(), map(list, rows), strict=True), *odd.items()]:
        if line < header.first_line and sum(bool(cell.strip()) for cell in row) * 2 > header.width:
            chunk.header_lines.remove(line)
            chunk.held_back[line] = row
            chunk.tell(line, "ABOVE_HEADER")
    chunk.keep(pc.invert(top))


class _Table:
    """What is remembered from one chunk to the next: whether another table has begun, where a line was in pieces."""

    def __init__(self, contract: Contract, delimiter: str) -> None:
        self.contract, self.delimiter = contract, delimiter
        self.known = {heading_of(heading) for column in contract.columns for heading in column.headings}
        self.headings = pa.array(sorted({star.format(word) for word in self.known for star in ("{}", "*{}", "{}*")}))
        self.last_pieces: list[int] = []
        self.is_second = False
        self.last_blank = 0

    def sort(self, chunk: Chunk) -> None:
        """Tell repeated headers, total lines, slipped cells and second tables from records."""
        blank = {self.last_blank, *chunk.blank_lines}
        again = self._repeated(chunk)
        self._total_lines(chunk)
        self._pieces(chunk)
        for position in chunk.header.unheaded:
            chunk.hold_back("CELL_WITHOUT_HEADING", pc.not_equal(pc.utf8_trim_whitespace(chunk.cells[position]), ""))
        second = [line for line in again if line - 1 in blank] + self._other_tables(chunk)
        second.sort()
        if self.is_second or second:
            begins = 0 if self.is_second else second[0]
            chunk.hold_back("SECOND_TABLE", pc.greater(chunk.numbers, begins))
            self.is_second = True
        if chunk.blank_lines:
            self.last_blank = chunk.blank_lines[-1]

    def _repeated(self, chunk: Chunk) -> list[int]:
        field = next(position for position, name in enumerate(chunk.header.columns) if name)
        found = []
        for headings in chunk.header.cells:
            if len(headings) <= field or not headings[field] or not len(chunk.numbers):
                continue
            alike = pc.equal(chunk.cells[field], headings[field])
            if pc.any(alike).as_py():
                for position, heading in enumerate(headings):
                    alike = pc.and_(alike, pc.equal(chunk.cells[position], heading))
                found += chunk.numbers.filter(alike).to_pylist()
                chunk.header_lines += chunk.numbers.filter(alike).to_pylist()
                chunk.keep(pc.invert(alike))
        return sorted(found)

    def _other_tables(self, chunk: Chunk) -> list[int]:
        """Lines that are mostly the contract's headings, but not this file's header: another table begins there."""
        columns = chunk.header.columns
        field = next(position for position, name in enumerate(columns) if name)
        near = pc.is_in(pc.utf8_trim_whitespace(chunk.cells[field]), self.headings)
        lines_ = chunk.numbers.filter(near).to_pylist()
        rows = zip(*(column.filter(near).to_pylist() for column in chunk.cells), strict=True)
        other: list[int] = []
        for line, row in [*zip(lines_, map(list, rows), strict=True), *chunk.held_back.items()]:
            if line in chunk.header_lines or sum(heading_of(cell) in self.known for cell in row) * 2 <= len(row):
                continue
            same = [heading_of(cell) for cell in row] == [heading_of(cell) for cell in chunk.header.headings]
            if not same:
                other.append(line)
            chunk.held_back.pop(line, None)
            chunk.findings = [finding for finding in chunk.findings if finding.line != line]
            chunk.header_lines.append(line)
            chunk.keep(pc.not_equal(chunk.numbers, line))
        return other

    def _pieces(self, chunk: Chunk) -> None:
        found = pieces.lines_of(chunk.held_back, chunk.header.width, self.delimiter)
        last = chunk.numbers[-1].as_py() if len(chunk.numbers) else 0
        beside = [*self.last_pieces, *found, *([last + 1] if chunk.goes_on else [])]
        self.last_pieces = found[-1:]
        if not beside:
            return
        cut = pieces.cut_beside(beside, chunk.numbers, chunk.cells, chunk.header.columns, self.contract)
        if cut is not None:
            chunk.hold_back("CELL_PERHAPS_CUT", cut)

    def _total_lines(self, chunk: Chunk) -> None:
        """A total line or a signature begins with the word for it and names no child: most of its fields are empty."""
        width = chunk.header.width
        totals = [line for line, cells in chunk.held_back.items() if _is_total(cells, width)]
        chunk.held_back = {line: cells for line, cells in chunk.held_back.items() if line not in totals}
        chunk.findings = [finding for finding in chunk.findings if finding.line not in totals]
        hits = np.zeros(len(chunk.numbers), bool)
        for column in _with_totals(chunk):
            hits |= pc.match_substring_regex(column, TOTAL).to_numpy(zero_copy_only=False)
        found = [
            row for row in np.flatnonzero(hits).tolist() if _is_total([c[row].as_py() for c in chunk.cells], width)
        ]
        numbers = chunk.numbers.take(pa.array(found, pa.int64())).to_pylist()
        if found:
            hits[:] = True
            hits[found] = False
            chunk.keep(pa.array(hits))
        for line in sorted([*totals, *numbers]):
            chunk.header_lines.append(line)
            chunk.tell(line, "TOTAL_LINE")


def _is_total(cells: list[str], width: int) -> bool:
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and _TOTAL.search(filled[0]) is not None and len(filled) * 2 <= width


def _with_totals(chunk: Chunk) -> Iterator[pa.Array]:
    """Columns in whose text 计 or a colon occurs at all: one search of memory instead of a look at every value."""
    for column in chunk.cells:
        data = column.buffers()[2]
        if data is not None and _COUNTS.search(memoryview(data)):
            yield column
