"""How each office saves its list: its own headings, encoding, file type and dates, and never half a file in place."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from childledger import places
from childledger.contracts import Contract
from synthprovince.chance import Dice, Numbers, Table, size, take
from synthprovince.dirt import STYLES
from synthprovince.workbook import workbook_bytes

XLSX_UP_TO = 20_000
"""Rows; longer lists are saved as CSV."""
SPARED = ("ethnicity", "address", "is_boarding")
"""Columns some offices do not have."""


@dataclass(frozen=True)
class Form:
    """The habits of one office; they last from round to round."""

    columns: tuple[str, ...]
    headings: tuple[str, ...]
    file_type: str = "csv"
    encoding: str = "utf-8"
    line_end: str = "\r\n"
    style: int = 0
    """Position in dirt.STYLES."""
    has_date_cells: bool = False
    """XLSX only: dates are cells of type date, not text."""
    null_mark: str = ""
    blank_lines: float = 0.0
    has_note: bool = False
    has_total: bool = False


@dataclass(frozen=True)
class File:
    """A list as saved, and where each row of the list stands in it."""

    path: Path
    """Below the landing zone."""
    content: bytes
    rows: Table
    line_numbers: Numbers


def plain_form(contract: Contract) -> Form:
    """The form the contract's template has."""
    return Form(tuple(c.name for c in contract.columns), tuple(c.heading for c in contract.columns))


def habits(dice: Dice, contract: Contract, county: str, row_count: int) -> Form:
    """The form one county's office uses for a feed."""
    share = _Shares(dice, contract.feed, county)
    spared = [c.name for c in contract.columns if c.name in SPARED and not c.required]
    lacking = spared[0] if spared and share("lacks a column") < 0.08 else ""
    columns = [column for column in contract.columns if column.name != lacking]
    star = "*" if share("star") < 0.12 else ""
    chosen = [(c.headings[int(share("heading", c.name) * len(c.headings))], c.required) for c in columns]
    is_book = share("type") < 0.35 and row_count <= XLSX_UP_TO
    return Form(
        columns=tuple(column.name for column in columns),
        headings=tuple(f"{star}{heading}" if required else heading for heading, required in chosen),
        file_type="xlsx" if is_book else "csv",
        encoding=("gb18030", "gb18030", "utf-8", "utf-8-sig", "utf-8-sig")[int(share("encoding") * 5)],
        line_end="\n" if share("line end") < 0.2 else "\r\n",
        style=(0, 0, 0, 1, 1, 2, 3)[int(share("style") * 7)],
        has_date_cells=share("date cells") < 0.6,
        null_mark=("", "", "", "/", "无", "—")[int(share("null") * 6)],
        blank_lines=0.004 if share("blank lines") < 0.4 else 0.0,
        has_note=share("note") < 0.08,
        has_total=share("total") < 0.15,
    )  # fmt: skip


class _Shares:
    """Answers one office's questions about its habits."""

    def __init__(self, dice: Dice, feed: str, county: str) -> None:
        self.dice, self.feed, self.office = dice, feed, np.array([int(county)])

    def __call__(self, *question: str) -> float:
        return float(self.dice.roll(self.office, self.feed, "habit", *question)[0])


def file_name(contract: Contract, county: str, as_of: date, revision: int, file_type: str, is_nil: bool = False) -> str:
    """<contract name>_<county code>_<data date>[_更正N][_零报告].<csv|xlsx>."""
    mark = f"_更正{revision}" if revision else ""
    return f"{contract.title}_{county}_{as_of:%Y%m%d}{mark}{'_零报告' if is_nil else ''}.{file_type}"


def inbox(contract: Contract, county: str) -> Path:
    """Where a department drops files for a county, below the landing zone."""
    return Path(contract.department) / county / "inbox"


def save(dice: Dice, contract: Contract, form: Form, county: str, name: str, rows: Table) -> File:
    """Write a county's list in its office's form."""
    office = np.arange(size(rows))
    after = dice.happens(office, form.blank_lines, contract.feed, county, "blank line")
    title = f"{places.county_name(county)}{contract.department_title}{contract.title}统计表"
    head: list[Sequence[object]] = [[title]] if form.has_note else []
    lines = [*head, form.headings, *_lines(form, rows, after)]
    if form.has_total and size(rows):
        lines.append(["合计", str(size(rows)), *[""] * (len(form.columns) - 2)])
    numbers = len(head) + 2 + office + np.cumsum(after) - after
    content = workbook_bytes(lines) if form.file_type == "xlsx" else _csv_bytes(form, lines)
    return File(inbox(contract, county) / name, content, rows, numbers)


def _lines(form: Form, rows: Table, blank_after: Sequence[bool] | np.ndarray) -> Iterator[Sequence[object]]:
    columns = [_render(form, rows[name]) for name in form.columns]
    for cells, blank in zip(zip(*columns, strict=True), blank_after, strict=True):
        yield cells
        if blank:
            yield [""] * len(form.columns)


def _render(form: Form, column: np.ndarray) -> list[object]:
    """Cells as the office's program shows them."""
    typed = form.file_type == "xlsx"
    style, shown = STYLES[form.style], dict[object, object]()
    for value in {value for value in column.tolist() if not isinstance(value, str)}:
        if isinstance(value, date):
            shown[value] = value if typed and form.has_date_cells else style(value)
        elif not typed:
            shown[value] = f"{value:.5E}" if isinstance(value, float) else str(value)
    shown[""] = form.null_mark
    return [shown.get(value, value) for value in column.tolist()]


def _csv_bytes(form: Form, lines: list[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=form.line_end).writerows(lines)
    return text.getvalue().encode(form.encoding)


def split(rows: Table) -> dict[str, Table]:
    """A list by county, rows in their order."""
    return {str(county): take(rows, rows["county"] == county) for county in sorted(set(rows["county"]))}


def put(landing: Path, path: Path, content: bytes) -> None:
    """Drop a file: write it under a name nobody takes, then give it its own."""
    target = landing / path
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.part")
    draft.write_bytes(content)
    os.replace(draft, target)
