"""XLSX as a stream: what the file says of each row, never what it says of its own size.

openpyxl gives values or formulas but not both, trusts a declared size, and refuses a workbook for a colour that it does
not know; so the few elements that carry cells are read here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import IO
from xml.etree import ElementTree

from childledger.errors import FeedError
from childledger.workbook.cells import (
    ERROR_VALUE,
    FORMULA,
    FORMULA_WITHOUT_VALUE,
    HIDDEN_ROW,
    MAX_COLUMNS,
    MERGED_CELL,
    PLAIN,
    SHOWN_OTHERWISE,
    Format,
    Ranges,
    Row,
    Sheet,
    iso_text,
    number_text,
    shows_otherwise,
)
from childledger.workbook.package import Book, chunks, flag, skim, string, unescape


def sheets(stream: IO[bytes]) -> Iterator[Sheet]:
    """The first visible sheet, then all others, hidden ones too."""
    book = Book(stream)
    listed = list(book.sheets())
    if not listed:
        raise FeedError("UNREADABLE_WORKBOOK")
    first = next((n for n, (_, is_visible) in enumerate(listed) if is_visible), 0)
    for n in (first, *(n for n in range(len(listed)) if n != first)):
        yield Sheet(n == first, _rows(book, listed[n][0]))


def _rows(book: Book, path: str) -> Iterator[Row]:
    with book.open(path) as stream:
        outline = skim(chunks(stream))
    merged = Ranges(_range(reference) for reference in outline.merged)
    reader, number, wanted = _Reader(book, outline.namespace), 0, f"{{{outline.namespace}}}row"
    with book.open(path) as stream:
        for _, element in ElementTree.iterparse(stream):
            if element.tag != wanted:
                continue
            following = int(element.get("r", number + 1))
            if following <= number:  # two readers would see two tables
                raise FeedError("UNREADABLE_WORKBOOK")
            number = following
            cells, marks = reader.cells(element, number)
            yield Row(0, number, cells, marks + [(column, MERGED_CELL) for column in merged.columns(number)])
            element.clear()


class _Reader:
    """Reads the cells of one sheet from its top to its bottom."""

    def __init__(self, book: Book, namespace: str) -> None:
        self.book = book
        self.tags = tuple(f"{{{namespace}}}{name}" for name in ("v", "f", "is"))
        self.arrays = Ranges(())
        """Cells that one formula fills together; only the first of them says so."""
        self.number = lru_cache(1 << 14)(self._number)

    def cells(self, row: ElementTree.Element, number: int) -> tuple[list[str], list[tuple[int, str]]]:
        """Texts of a row's cells, without empty ones at its end, and its marks."""
        is_hidden = flag(row.get("hidden")) or float(row.get("ht", "1")) == 0
        marks = [(0, HIDDEN_ROW)] if is_hidden else []
        cells: list[str] = []
        column, ending = 0, str(number)
        for element in row:
            place = element.get("r")
            following = _column(place, ending) if place else column + 1
            if following <= column:
                raise FeedError("UNREADABLE_WORKBOOK")
            column = following
            text = self._cell(element, column, marks)
            if text:
                if column > len(cells) + 1:
                    cells += [""] * (column - len(cells) - 1)
                cells.append(text)
        if filled := self.arrays.columns(number):
            told = {column for column, code in marks if code in (FORMULA, FORMULA_WITHOUT_VALUE)}
            marks += [(column, FORMULA) for column in filled if column not in told]
        return cells, marks

    def _cell(self, element: ElementTree.Element, column: int, marks: list[tuple[int, str]]) -> str:
        value_tag, formula_tag, inline_tag = self.tags
        kind, value, inline, formula = element.get("t", "n"), None, "", None
        for child in element:
            if child.tag == value_tag:
                value = child.text or ""
            elif child.tag == inline_tag:
                inline = string(child)
            elif child.tag == formula_tag:
                formula = child
        if formula is not None:
            if formula.get("t") == "array":
                self.arrays.add(_range(formula.get("ref", "")))
            if not value and not (kind == "str" and value == ""):  # an empty text is a value
                marks.append((column, FORMULA_WITHOUT_VALUE))
                return ""
            marks.append((column, FORMULA))
        if kind == "e" and value:
            marks.append((column, ERROR_VALUE))
        text = inline or (self._value(kind, value, element.get("s")) if value else "")
        if kind == "n" and value and shows_otherwise(text, self._form(element.get("s"))):
            marks.append((column, SHOWN_OTHERWISE))
        return text

    def _value(self, kind: str, value: str, style: str | None) -> str:
        if kind == "s":
            return self.book.strings[int(value)]
        if kind == "n":
            return self.number(value, style)
        if kind == "b":
            return "TRUE" if flag(value) else "FALSE"
        return iso_text(value) if kind == "d" else unescape(value)

    def _number(self, value: str, style: str | None) -> str:
        number = float(value)
        if not math.isfinite(number):
            raise FeedError("UNREADABLE_WORKBOOK")
        return number_text(number, self._form(style), self.book.is_1904)

    def _form(self, style: str | None) -> Format:
        position = int(style or 0)
        return self.book.formats[position] if position < len(self.book.formats) else PLAIN


def _column(place: str, ending: str) -> int:
    """Column of a cell that says it is at AB12, in the row that says it is 12."""
    if not place.endswith(ending):
        raise FeedError("UNREADABLE_WORKBOOK")
    return _letters(place[: -len(ending)])


@lru_cache(MAX_COLUMNS)
def _letters(letters: str) -> int:
    column = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise FeedError("UNREADABLE_WORKBOOK")
        column = column * 26 + ord(letter) - 64
        if column > MAX_COLUMNS:
            raise FeedError("WORKBOOK_LIMIT")
    return column


def _range(reference: str) -> tuple[int, int, int, int]:
    """(first row, last row, first column, last column) of A1:B2; a single cell is a range of its own."""
    corners = []
    for place in reference.replace("$", "").split(":"):
        letters = place.rstrip("0123456789")
        corners.append((int(place[len(letters) :]), _letters(letters)))
    (top, left), (bottom, right) = corners[0], corners[-1]
    return top, bottom, left, right
