"""A cell's text as its sender meant it: dates as ISO, whole numbers whole, and no lost digit invented."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import NamedTuple

FORMULA = "FORMULA"
FORMULA_WITHOUT_VALUE = "FORMULA_WITHOUT_VALUE"
ERROR_VALUE = "ERROR_VALUE"
HIDDEN_ROW = "HIDDEN_ROW"
MERGED_CELL = "MERGED_CELL"
SHOWN_OTHERWISE = "SHOWN_OTHERWISE"

MAX_ROWS, MAX_COLUMNS, MAX_TEXT = 1_048_576, 16_384, 32_767
"""Excel's own limits; a file beyond them was not made by a clerk."""
LAST_DAY = 2_958_465
"""9999-12-31, the last day that Excel can show."""

NOISE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
LETTERS = re.compile(r'"[^"]*\w[^"]*"|\\\w')
"""Letters that a format writes beside a number."""
MONTHS = (17, 27, 36, 50, 52, 57)
"""Built-in formats of a year and a month."""
BUILT_IN = {
    **dict.fromkeys((14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 55), 57, 58), "date"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56), "time"),
    46: "elapsed",
}
"""Formats a file need not spell out; 27-36 and 50-58 are those of Chinese Excel (ECMA-376 part 1, 18.8.30)."""


class Row(NamedTuple):
    """One row of a sheet."""

    sheet: int
    """0 = the first visible sheet, given whole; 1.. = other sheets with content, their first 10 rows with content."""
    number: int
    """The row's number as Excel shows it, from 1. On sheet 0 gaps are filled with rows without cells."""
    cells: list[str]
    """Text of each cell; empty cells at the end are dropped."""
    marks: list[tuple[int, str]]
    """(column from 1, or 0 for the whole row; what a reader must know about it)."""


class Sheet(NamedTuple):
    """A sheet; its rows are read when they are asked for and carry the number 0 as their sheet."""

    is_first: bool
    rows: Iterator[Row]


class Ranges:
    """Rectangles of cells, asked for row by row from the top."""

    def __init__(self, ranges: Iterable[tuple[int, int, int, int]]) -> None:
        """Each range is (first row, last row, first column, last column), counted from 1."""
        self.below = sorted(ranges, reverse=True)
        self.here: list[tuple[int, int, int, int]] = []

    def add(self, found: tuple[int, int, int, int]) -> None:
        """A range that begins in the row asked for last, or in the one that is next."""
        self.here.append(found)

    def columns(self, row: int) -> list[int]:
        """Columns that a range covers in this row; no row may be asked for after one below it."""
        while self.below and self.below[-1][0] <= row:
            self.here.append(self.below.pop())
        if not self.here:
            return []
        self.here = [found for found in self.here if found[1] >= row]
        return sorted({column for _, _, first, last in self.here for column in range(first, last + 1)})


class Format(NamedTuple):
    """What a number format makes of a number."""

    kind: str
    """number, date, time or elapsed."""
    zeros: int = 0
    """Digits that a number is filled up to."""
    hides: bool = False
    """Whether it shows a month without its day, or letters that are not in the cell."""


PLAIN = Format("number")


@cache
def format_of(number: int, code: str | None) -> Format:
    """Read a number format: its id, and its code where the file spells it out.

    >>> format_of(31, None).kind, format_of(164, 'yyyy"年"m"月";@').kind, format_of(164, '[Red]0.00"d"').kind
    ('date', 'date', 'number')
    >>> format_of(164, "000000"), format_of(164, "[h]:mm").kind, format_of(164, "h:mm AM/PM").kind
    (Format(kind='number', zeros=6, hides=False), 'elapsed', 'time')
    """
    if code is None:
        return Format(BUILT_IN.get(number, "number"), hides=number in MONTHS)
    shown = NOISE.sub("", code).split(";")[0].lower()
    if code.split(";")[0].strip("0") == "":
        return Format("number", len(code.split(";")[0]))
    if "[" in shown:
        return Format("elapsed")
    if re.search(r"[ydm]|aaa", shown.replace("am/pm", "")) and not re.search("[hs]", shown):
        return Format("date", hides=not re.search("d|aaa", shown))
    if re.search("[yd]", shown):
        return Format("date")
    return Format("time") if re.search("[hs]", shown) else Format("number", hides=bool(LETTERS.search(code)))


def shows_otherwise(text: str, form: Format) -> bool:
    """Whether the sender sees something else in a cell: typed as 2015年3月, Excel makes it the first of the month.

    >>> [shows_otherwise(text, Format("date", hides=True)) for text in ("2015-03-01", "2015-03-17")]
    [True, False]
    """
    return form.hides and (form.kind == "number" or text.endswith("-01"))


def number_text(value: float, form: Format, is_1904: bool) -> str:
    """A number, date or time; what its format can't show (day 0, 9999 and after) stays the number it is.

    >>> number_text(43588.0, Format("date"), False), number_text(43588.75, Format("date"), False)
    ('2019-05-03', '2019-05-03 18:00:00')
    >>> number_text(42126.0, Format("date"), True), number_text(20190503.0, Format("date"), False)
    ('2019-05-03', '20190503')
    >>> number_text(0.5, Format("time"), False), number_text(1.5, Format("elapsed"), False)
    ('12:00:00', '36:00:00')
    >>> number_text(1234.0, Format("number", 6), False), number_text(110101201503071234.0, PLAIN, False)
    ('001234', '1.10101E+17')
    >>> number_text(0.1 + 0.2, PLAIN, False), number_text(0.00001, PLAIN, False), number_text(-7.0, PLAIN, False)
    ('0.3', '0.00001', '-7')
    """
    if abs(value) >= 1e15:
        return f"{value:.5E}"
    if form.kind != "number" and 0 <= value < LAST_DAY + 1:
        shown = _moment(value, form.kind, is_1904)
        if shown:
            return shown
    if value == int(value):
        return f"{int(value):0{form.zeros}d}" if value >= 0 else str(int(value))
    return format(Decimal(f"{value:.15g}"), "f")  # Excel keeps 15 digits; a 16th is the machine's


def iso_text(text: str) -> str:
    """A date that a file writes as text of its own date type; midnight is not shown."""
    try:
        return _moment_text(datetime.fromisoformat(text))
    except ValueError:
        return text


def _moment(value: float, kind: str, is_1904: bool) -> str:
    if kind == "elapsed" or (kind == "time" and value < 1):
        minutes, second = divmod(round(value * 86_400), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{second:02}"
    if is_1904:
        start = datetime(1904, 1, 1)
    elif value >= 61:
        start = datetime(1899, 12, 30)
    elif 1 <= value < 60:
        start = datetime(1899, 12, 31)  # before the 29 February 1900 that never was but has a number
    else:
        return ""
    try:
        return _moment_text(start + timedelta(seconds=round(value * 86_400)))
    except OverflowError:
        return ""


def _moment_text(moment: datetime) -> str:
    return (
        moment.date().isoformat()
        if not (moment.hour or moment.minute or moment.second)
        else f"{moment:%Y-%m-%d %H:%M:%S}"
    )
