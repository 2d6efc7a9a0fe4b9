"""XLS, the workbook of Excel 97 and before, which old systems still export: read by xlrd, formulas found beside it."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import IO, Any

import xlrd
from xlrd.biffh import XL_FORMULA_OPCODES, XLRDError

from childledger.errors import FeedError
from childledger.workbook.cells import (
    ERROR_VALUE,
    FORMULA,
    FORMULA_WITHOUT_VALUE,
    HIDDEN_ROW,
    MERGED_CELL,
    SHOWN_OTHERWISE,
    Format,
    Ranges,
    Row,
    Sheet,
    format_of,
    number_text,
    shows_otherwise,
)

EMPTY_RESULT = b"\x03", b"\xff\xff"
"""First and last bytes of a formula's result when it is an empty text, or was never calculated: no way to tell."""
NUMBER = (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE)


def sheets(stream: IO[bytes]) -> Iterator[Sheet]:
    """The first visible sheet, then all others, hidden ones too."""
    try:
        book = xlrd.open_workbook(
            file_contents=stream.read(), formatting_info=True, on_demand=True, ragged_rows=True, logfile=io.StringIO()
        )
    except XLRDError as error:
        if "encrypted" in str(error):
            raise FeedError("ENCRYPTED_WORKBOOK") from None
        raise FeedError("UNREADABLE_WORKBOOK") from None
    if book.biff_version < 50:  # of 1992 and before: their formulas could not be told from values
        raise FeedError("UNREADABLE_WORKBOOK")
    visibility: list[int] = book._sheet_visibility  # type: ignore[attr-defined]  # a sheet tells it only once read
    first = next((n for n, state in enumerate(visibility) if not state), 0)
    for n in (first, *(n for n in range(book.nsheets) if n != first)):
        yield Sheet(n == first, _rows(book, n))
        book.unload_sheet(n)


def _rows(book: xlrd.Book, position: int) -> Iterator[Row]:
    formulas = _watch_formulas(book)
    sheet = book.sheet_by_index(position)
    merged = Ranges((top + 1, bottom, left + 1, right) for top, bottom, left, right in sheet.merged_cells)
    for row in range(sheet.nrows):
        kinds, values = sheet.row_types(row), sheet.row_values(row)
        dimension = sheet.rowinfo_map.get(row)
        marks = [(0, HIDDEN_ROW)] if dimension is not None and dimension.hidden else []
        cells = []
        for column, (kind, value) in enumerate(zip(kinds, values, strict=True)):
            if kind == xlrd.XL_CELL_ERROR:
                marks.append((column + 1, ERROR_VALUE))
            if (row, column) in formulas:
                marks.append((column + 1, formulas[row, column]))
            cells.append(_text(book, kind, value, sheet.cell_xf_index(row, column)) if kind else "")
            if kind in NUMBER and shows_otherwise(cells[-1], _form(book, sheet.cell_xf_index(row, column))):
                marks.append((column + 1, SHOWN_OTHERWISE))
        while cells and not cells[-1]:
            cells.pop()
        yield Row(0, row + 1, cells, marks + [(column, MERGED_CELL) for column in merged.columns(row + 1)])


def _watch_formulas(book: xlrd.Book) -> dict[tuple[int, int], str]:
    """Row and column, from 0, of every formula in the sheet that is read next: xlrd shows their values only."""
    found: dict[tuple[int, int], str] = {}
    following = type(book).get_record_parts

    def get_record_parts() -> tuple[int, int, bytes]:
        record: tuple[int, int, bytes] = following(book)
        code, _, data = record
        if code in XL_FORMULA_OPCODES:
            result = data[6:14]
            is_empty = (result[:1], result[6:]) == EMPTY_RESULT
            found[struct.unpack("<HH", data[:4])] = FORMULA_WITHOUT_VALUE if is_empty else FORMULA
        return record

    book.get_record_parts = get_record_parts  # type: ignore[method-assign]
    return found


def _text(book: xlrd.Book, kind: int, value: Any, style: int) -> str:
    if kind in NUMBER:
        return number_text(value, _form(book, style), bool(book.datemode))
    if kind == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if value else "FALSE"
    return xlrd.error_text_from_code[value] if kind == xlrd.XL_CELL_ERROR else str(value)


def _form(book: xlrd.Book, style: int) -> Format:
    form = book.format_map[book.xf_list[style].format_key]
    return format_of(form.format_key, form.format_str)
