"""Read any office file by its contract: one physical line is one record, and every line is accounted for.

No dialect is guessed. A line that does not have exactly the header's fields is held back, never padded or shifted.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from childledger import records
from childledger.contracts import Contract
from childledger.errors import FeedError
from childledger.messages import ANSWER_HEADINGS
from childledger.workbook import read_workbook

if TYPE_CHECKING:
    import pandas as pd

HEADER_WITHIN = 10
TOTALS = frozenset({"合计", "总计", "小计", "共计", "合计：", "总计：", "合计:", "总计:"})
SUSPECTS = ("utf-16-le", "utf-16-be", "big5", "shift_jis", "euc_kr")


@dataclass
class Sheet:
    """A file as physical lines; line numbers count from 1, as the sender sees them."""

    lines: list[list[str]]
    header_line: int
    """Physical line of the header."""
    columns: list[str | None]
    """Contract column of each field; None for a heading-less trailing field."""
    records: dict[int, list[str]] = field(default_factory=dict)
    """Line number → cells, for every line that has the header's fields."""
    header_lines: list[int] = field(default_factory=list)
    """Notes above the header, the header, repeated headers and total lines."""
    blank_lines: list[int] = field(default_factory=list)
    findings: list[tuple[int, str, str, str]] = field(default_factory=list)
    """(line, column, code, severity) of what the reader itself found."""
    held_back: list[int] = field(default_factory=list)
    """Lines that could not be read for certain."""


def read(path: Path, contract: Contract, file_type: str, seconds: int) -> Sheet:
    """Read a file; FeedError when it can't be taken as a whole."""
    if file_type == "xlsx":
        lines, width_is_exact, ends = read_workbook(path, seconds), False, True
    else:
        text = _decode(path.read_bytes(), contract)
        lines, ends = _split(text, contract.delimiter), text.endswith("\n") or not text
        width_is_exact = True
    if not any(any(cells) for cells in lines):
        raise FeedError("EMPTY_FILE")
    sheet = _find_header(lines, contract)
    _sort_lines(sheet, width_is_exact)
    if not ends and sheet.records.get(len(lines)):
        sheet.findings.append((len(lines), "", "LAST_LINE_UNTERMINATED", "query"))
    return sheet


def clean(frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """Fold each text column as its contract column reads it; what clerks write for nothing becomes null."""
    folded = frame[["line_number"]].copy()
    for column in contract.columns:
        values = frame[column.name]
        folded[column.name] = values.map({raw: column.read(raw) for raw in values.dropna().unique()}).astype(object)
    return folded.where(folded.notna(), None)


def _decode(data: bytes, contract: Contract) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            if encoding == "utf-16" and "utf-16" not in contract.encodings:
                raise _wrong_encoding(contract, "UTF-16")
            return data.decode(encoding, errors="strict") if encoding == "utf-16" else _strict(data, encoding, contract)
    decoded = []
    for encoding in contract.encodings:
        try:
            decoded.append(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    likely = [text for text in decoded if "\x00" not in text]
    for text in likely:
        if _mentions(text, contract):
            return text
    for suspect in SUSPECTS:
        if _mentions(data.decode(suspect, errors="ignore"), contract):
            raise _wrong_encoding(contract, suspect.upper())
    if not likely:
        raise _wrong_encoding(contract, "UTF-16" if decoded else "…")
    return likely[0]  # readable, but without a header we know: the header check says so


def _strict(data: bytes, encoding: str, contract: Contract) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise _wrong_encoding(contract, "…") from None
    if "\x00" in text:
        raise _wrong_encoding(contract, "UTF-16")
    return text


def _wrong_encoding(contract: Contract, suspected: str) -> FeedError:
    return FeedError("WRONG_ENCODING", allowed="、".join(contract.encodings).upper(), suspected=suspected)


def _mentions(text: str, contract: Contract) -> bool:
    """GB18030 decodes almost any bytes, so a decoding is believed only when contract headings appear in it."""
    top = "\n".join(text.split("\n", HEADER_WITHIN)[:HEADER_WITHIN])
    known = sum(any(heading in top for heading in column.headings) for column in contract.columns)
    return known >= 2


def _split(text: str, delimiter: str) -> list[list[str]]:
    lines = text.split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    return [_cells(line.removesuffix("\r"), delimiter) for line in lines]


def _cells(line: str, delimiter: str) -> list[str]:
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:  # an open quote: the field count can't be known
        return [line]


def _find_header(lines: list[list[str]], contract: Contract) -> Sheet:
    headings = {_heading(h): column.name for column in contract.columns for h in column.headings}
    required = [column for column in contract.columns if column.required]
    lines = _without_answer(lines)
    for number, cells in enumerate(lines[:HEADER_WITHIN], 1):
        names = [headings.get(_heading(cell)) for cell in cells]
        if sum(name is not None for name in names) * 2 < max(len(required), 2):
            continue
        _check_header(cells, names, contract)
        sheet = Sheet(lines, number, names)
        missing = [c.name for c in contract.columns if c.name not in names]
        sheet.findings += [(number, name, "OPTIONAL_COLUMN_MISSING", "notice") for name in missing]
        return sheet
    raise FeedError("HEADER_NOT_FOUND", expected="、".join(column.heading for column in contract.columns))


def _without_answer(lines: list[list[str]]) -> list[list[str]]:
    """Drop the columns of our own receipt from a file that was mended in the receipt and sent back."""
    for cells in lines[:HEADER_WITHIN]:
        if tuple(map(_heading, cells[-len(ANSWER_HEADINGS) :])) == ANSWER_HEADINGS:
            width, own = len(cells), len(cells) - len(ANSWER_HEADINGS)
            return [line[:own] if len(line) <= width else line for line in lines]
    return lines


def _heading(cell: str) -> str:
    return "".join((records.read_text(cell) or "").split()).strip("*＊")


def _check_header(cells: list[str], names: list[str | None], contract: Contract) -> None:
    ignored = {"", *map(_heading, contract.ignored_headings)}
    unread = [(i, _heading(cell)) for i, (cell, name) in enumerate(zip(cells, names, strict=True), 1) if name is None]
    unknown = [position for position, heading in unread if heading not in ignored]
    missing = [column.heading for column in contract.columns if column.required and column.name not in names]
    twice = [contract.heading_of(name) for name, n in Counter(filter(None, names)).items() if n > 1]
    if missing:
        raise FeedError("MISSING_COLUMNS", columns="、".join(missing))
    if unknown:  # positions only: in a file without a header these "headings" would be a child's data
        raise FeedError("UNKNOWN_COLUMNS", positions="、".join(map(str, unknown)))
    if twice:
        raise FeedError("DUPLICATE_COLUMNS", columns="、".join(twice))


def _sort_lines(sheet: Sheet, width_is_exact: bool) -> None:
    header = sheet.lines[sheet.header_line - 1]
    width = len(header)
    for number, cells in enumerate(sheet.lines, 1):
        filled = [cell for cell in cells if cell.strip()]
        if not filled:
            sheet.blank_lines.append(number)
        elif number <= sheet.header_line or cells == header:
            sheet.header_lines.append(number)
        elif filled[0].strip() in TOTALS:
            sheet.header_lines.append(number)
            sheet.findings.append((number, "", "TOTAL_LINE", "notice"))
        elif len(cells) == width or (not width_is_exact and len(cells) < width):
            sheet.records[number] = cells + [""] * (width - len(cells))
        else:
            sheet.held_back.append(number)
            sheet.findings.append((number, "", "FIELD_COUNT", "error"))
