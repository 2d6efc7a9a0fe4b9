"""The sender's own rows back in their order and words, each with what became of it; no cell ever runs as a formula."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from shutil import copyfileobj
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.writer.excel import ExcelWriter

from childledger.contracts import Contract
from childledger.messages import ANSWER_HEADINGS, row_message
from childledger.reader import Chunk
from childledger.records import Finding, printable
from childledger.reports.result import Result
from childledger.settings import BEIJING

WIDTHS = (7, 14, 44, 44, 26)
A4 = 9
"""Paper size in the numbers of OOXML."""
FILLS = {
    fate: PatternFill("solid", fgColor=colour)
    for fate, colour in (("未收", "F8D7DA"), ("已收请核实", "FFF3CD"), ("已收", "DFF0D8"))
}
UNCERTAIN = {"CELL_PERHAPS_CUT", "LAST_LINE_CUT", "SECOND_TABLE"}
"""Faults that the receipt would wash off: its lines are whole, and there is one table in it."""
_FORMULA = tuple("=+-@\t\r＝＋－＠")


def annotate(chunks: Iterator[Chunk], result: Result, delimiter: str) -> Iterator[list[str]]:
    """The header and every data line of the file, held back or not, with the added columns."""
    assert result.contract
    for position, chunk in enumerate(chunks):
        if not position:
            yield [*chunk.header.headings, *ANSWER_HEADINGS]
        records = zip(*(column.to_pylist() for column in chunk.cells), strict=True)
        rows = dict(zip(chunk.numbers.to_pylist(), map(list, records), strict=True))
        for line, cells in chunk.held_back.items():
            is_certain = len(cells) == chunk.header.width and _codes(result, line).isdisjoint(UNCERTAIN)
            rows[line] = cells if is_certain else _as_one(cells, chunk.header.width, delimiter)
        for line in sorted(rows):
            yield [*rows[line], str(line), *_remarks(result.by_line.get(line, []), result.contract)]


def _codes(result: Result, line: int) -> set[str]:
    return {finding.code for finding in result.by_line.get(line, [])}


def _as_one(cells: list[str], width: int, delimiter: str) -> list[str]:
    """A line of which nobody knows what belongs where, as one text: sent back unmended, it is held back again."""
    return [delimiter.join(cells), *[""] * (width - 1)]


def _remarks(findings: list[Finding], contract: Contract) -> tuple[str, str, str, str]:
    grave = {finding.severity for finding in findings}
    fate = "未收" if "error" in grave else "已收请核实" if "query" in grave else "已收"
    told = [(contract.heading_of(f.column), *row_message(f.code, contract.find(f.column))) for f in findings]
    problems = "；".join(f"「{heading}」{what}" if heading else what for heading, what, _ in told)
    fixes = "；".join(f"「{heading}」{fix}" if heading else fix for heading, _, fix in told)
    return fate, problems, fixes, "；".join(finding.code for finding in findings)


def as_csv(rows: Iterator[list[str]], delimiter: str, encoding: str) -> bytes:
    """Rows as CSV in the sender's encoding; UTF-8 gets its mark so that Excel opens it, formulas a leading '."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(map(_disarm, row) for row in rows)
    marked = {"utf-8": "utf-8-sig", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}
    return text.getvalue().encode(marked.get(encoding, encoding))


def _disarm(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA) else cell


def as_workbook(rows: Iterator[list[str]], summary: list[str], moment: datetime) -> bytes:
    """Rows as XLSX, every cell text by type and format; the same bytes for the same content."""
    book = openpyxl.Workbook(write_only=True)
    book.properties.creator = "childledger"
    book.properties.created = book.properties.modified = moment.astimezone(BEIJING).replace(tzinfo=None)
    sheet = book.create_sheet("处理结果")
    header = next(rows)
    own = len(header) - len(ANSWER_HEADINGS)
    for position, width in enumerate([20] * own + list(WIDTHS), 1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    sheet.freeze_panes = "A2"
    cells = [_text_cell(sheet, wraps=position >= own) for position in range(len(header))]
    fates = {fate: _text_cell(sheet, fill=fill) for fate, fill in FILLS.items()}
    sheet.append(_headings(sheet, header, own))
    count = 1
    for row in rows:
        if (height := _lines_needed(row[own:])) > 1:
            sheet.row_dimensions[count + 1].height = min(15 * height, 405)  # Excel allows 409
        cells[own + 1] = fates[row[own + 1]]  # styles are shared by reference: a cell's is never changed once written
        sheet.append([_write(cell, text) for cell, text in zip(cells, row, strict=True)])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{count}"
    _add_summary(book, summary)
    return save(book)


def as_list(
    title: str, header: list[str], table: list[list[str]], widths: tuple[int, ...], summary: list[str], moment: datetime
) -> bytes:
    """A table as XLSX with a page of explanation, every cell text; the same bytes for the same content."""
    book = openpyxl.Workbook(write_only=True)
    book.properties.creator = "childledger"
    book.properties.created = book.properties.modified = moment.astimezone(BEIJING).replace(tzinfo=None)
    sheet = book.create_sheet(title)
    for position, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    sheet.freeze_panes, sheet.print_title_rows = "A2", "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = "landscape", A4, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.append(_headings(sheet, header, len(header)))
    for row in table:
        sheet.append([_write(_text_cell(sheet, wraps=True), text) for text in row])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{len(table) + 1}"
    _add_summary(book, summary)
    return save(book)


def _lines_needed(added: list[str]) -> int:
    """Lines the longest remark takes in its column; a Chinese character is as wide as two digits."""
    return max(-(-len(text.encode("gb18030")) // width) for text, width in zip(added, WIDTHS, strict=True))


def _text_cell(sheet: Any, wraps: bool = False, fill: PatternFill | None = None) -> Any:
    cell = WriteOnlyCell(sheet, "")
    if fill:
        cell.fill = fill
    cell.number_format = "@"  # so that an identity number typed anew stays text
    cell.alignment = Alignment(wrap_text=wraps, vertical="top")
    return cell


def _write(cell: Any, text: str) -> Any:
    cell.value = printable(text)
    cell.data_type = "s"  # openpyxl took anything with a leading = for a formula
    return cell


def _headings(sheet: Any, header: list[str], own: int) -> list[Any]:
    cells = [_write(_text_cell(sheet, wraps=True), heading) for heading in header]
    for position, cell in enumerate(cells):
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E8EEF7" if position < own else "D5DDE8")
    return cells


def _add_summary(book: Any, summary: list[str]) -> None:
    sheet = book.create_sheet("说明")
    sheet.column_dimensions["A"].width = 110
    for line in summary:
        sheet.append([_write(_text_cell(sheet, wraps=True), line)])


class _Steady(zipfile.ZipFile):
    """A ZIP archive that knows no clock."""

    def write(self, filename: Any, arcname: Any = None, *args: Any, **kwargs: Any) -> None:
        with open(filename, "rb") as source, self.open(self._entry(arcname or filename), "w") as target:
            copyfileobj(source, target)

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **kwargs: Any) -> None:
        super().writestr(self._entry(zinfo_or_arcname), data)

    def _entry(self, name: Any) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(str(name))
        entry.compress_type = zipfile.ZIP_DEFLATED
        return entry


def save(book: Any) -> bytes:
    """A workbook as bytes that depend on nothing but its content."""
    content = io.BytesIO()
    with _Steady(content, "w") as archive:
        ExcelWriter(book, archive).save()  # Workbook.save would stamp the time
    return content.getvalue()
