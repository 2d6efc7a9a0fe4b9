"""Sheets: workbooks to print and fill in, replaced by rename, that no text from a file can turn into a formula."""

from __future__ import annotations

import functools
import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from childledger.records import printable

A4 = 9
"""Paper size in the numbers of OOXML."""
NAME_BYTES = 180
"""Of a folder: with the words around it, the name of a file in it stays below the 255 a file system takes."""
_UNFIT = re.compile(r'[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff/\\:*?"<>|\ud800-\udfff]')


@dataclass(frozen=True)
class Sheet:
    """One page of a workbook."""

    title: str
    headings: Sequence[str]
    widths: Sequence[int]
    """In characters, so that it prints on the width of one landscape A4 page."""
    rows: Iterable[Sequence[Any]]
    notice: str = ""
    """A line above the headings."""


def fit(name: str) -> str:
    """A township or village as the name of a folder, whatever somebody typed.

    >>> fit(" 花园路/街道"), fit(".."), fit("")
    ('花园路_街道', '未登记', '未登记')
    """
    return _UNFIT.sub("_", name).encode()[:NAME_BYTES].decode(errors="ignore").strip(" .") or "未登记"


def replace(path: Path, write: Callable[[Path], object]) -> None:
    """Put a file in its place whole, readable by the group."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    write(draft)
    draft.chmod(0o640)
    draft.replace(path)


def publish(stem: Path, document: dict[str, Any], sheets: Sequence[Sheet]) -> bool:
    """Replace <stem>.xlsx and <stem>.json, the JSON last; False when they say the same already."""
    text = json.dumps(document, ensure_ascii=False, indent=1)
    page, book = (stem.with_name(stem.name + suffix) for suffix in (".json", ".xlsx"))
    if book.is_file() and page.is_file() and page.read_text(encoding="utf-8") == text:
        return False
    replace(book, lambda draft: _write(draft, sheets))
    replace(page, lambda draft: draft.write_text(text, encoding="utf-8"))
    return True


def _write(path: Path, sheets: Sequence[Sheet]) -> None:
    """Fill the frame of such a workbook: openpyxl draws it once, thousands of villages only differ in their rows."""
    parts, places = _frame(
        tuple((each.title, *map(tuple, (each.headings, each.widths)), each.notice) for each in sheets)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        for sheet, place in zip(sheets, places, strict=True):
            archive.writestr(place.part, "".join((place.before, *_rows(sheet.rows, place), place.after)))


@dataclass(frozen=True)
class _Place:
    """Where the rows of a sheet go."""

    part: str
    before: str
    after: str
    style: str
    row: int
    columns: tuple[str, ...]


def _rows(rows: Iterable[Sequence[Any]], place: _Place) -> Iterator[str]:
    """Rows in OOXML; every cell is text in its place, so that no name that begins with = ever becomes a formula."""
    for number, row in enumerate(rows, place.row):
        yield f'<row r="{number}">'
        for column, value in zip(place.columns, row, strict=True):
            text = "" if value is None else escape(printable(str(value)))
            told = f'<is><t xml:space="preserve">{text}</t></is>' if text else ""
            yield f'<c r="{column}{number}" s="{place.style}"{_TEXT if told else ""}>{told}</c>'
        yield "</row>"


_TEXT = ' t="inlineStr"'


@functools.cache
def _frame(
    layout: tuple[tuple[str, tuple[str, ...], tuple[int, ...], str], ...],
) -> tuple[dict[str, bytes], list[_Place]]:
    import openpyxl
    from openpyxl.utils import get_column_letter

    book, content = openpyxl.Workbook(), io.BytesIO()
    del book[book.sheetnames[0]]
    for title, headings, widths, notice in layout:
        _draw(book.create_sheet(title), headings, widths, notice)
    book.save(content)
    with zipfile.ZipFile(content) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    places = []
    for position, (_, headings, _, notice) in enumerate(layout, 1):
        part, row = f"xl/worksheets/sheet{position}.xml", 3 if notice else 2
        text = parts.pop(part).decode()
        before, drawn = re.sub(r"<dimension[^>]*/>", "", text).split(f'<row r="{row}"')  # it grows with the rows
        style = re.findall(r' s="(\d+)"', drawn)[0]
        letters = tuple(map(get_column_letter, range(1, len(headings) + 1)))
        places.append(_Place(part, before, drawn[drawn.index("</sheetData>") :], style, row, letters))
    return parts, places


def _draw(sheet: Any, headings: Sequence[str], widths: Sequence[int], notice: str) -> None:
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    top, line = 2 if notice else 1, Side(style="thin")
    sheet.freeze_panes, sheet.print_title_rows = f"A{top + 1}", f"{top}:{top}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = 30, True  # two lines, room to write
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if notice:
        sheet["A1"] = notice
    for row, bold in ((top, True), (top + 1, False)):
        for position, (heading, width) in enumerate(zip(headings, widths, strict=True), 1):
            sheet.column_dimensions[get_column_letter(position)].width = width
            cell = sheet.cell(row, position, heading)
            cell.alignment, cell.font = Alignment(wrap_text=True, vertical="center"), Font(bold=bold)
            cell.border = Border(left=line, right=line, top=line, bottom=line)
