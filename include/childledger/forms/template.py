"""The workbook a clerk fills in: the contract's headings, drop-downs and checks that say the fix as it is typed.

Only its first sheet is read when it comes back; the others never hold a row that looks like the header.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import openpyxl
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from childledger.contracts import Column, Contract
from childledger.forms import words
from childledger.forms.guards import Guard, Lists, doubt, guard
from childledger.reports.rows import save

LAST = 1_048_576
"""Last row of a sheet: every row a clerk can reach is prepared."""
EXPLAINED, LISTS = "填写说明", "选项"
DATE, TEXT = "yyyy-mm-dd", "@"
NEEDED, FREE = "1F4E79", "8497B0"
MISSING, DOUBTFUL = "F8CBAD", "FFE699"
THIN = Side(style="thin", color="BFBFBF")
WIDTHS = (22, 8, 40, 44, 26, 14, 30)
ADVICE = (
    "只填第一个工作表，一行一名儿童，不合并单元格，不加合计行；不改表头，没有的内容留空。",
    "深蓝带星号（*）的列必须填写；粉色格子表示这一行漏填了必填项，黄色格子请核对。",
    "从别处复制时，请用“选择性粘贴→数值（文本）”，直接粘贴会盖掉下拉和检查；18位号码不能先在“常规”格式的列里打开。",
    "填好后另存，并按上面的文件名改名，再放进报送目录。",
)


def as_workbook(contract: Contract) -> bytes:
    """Template of a feed as XLSX, the same bytes for the same contract."""
    book = openpyxl.Workbook()
    book.properties.creator = "childledger"
    book.properties.title = contract.title
    book.properties.created = book.properties.modified = datetime(2000, 1, 1)  # knows no clock
    book.security = WorkbookProtection(lockStructure=True)  # rows on a sheet added or moved in front would be lost
    lists = Lists(LISTS)
    _add_form(book.active, contract, lists)
    _add_explanation(book.create_sheet(EXPLAINED), contract)
    _add_lists(book.create_sheet(LISTS), lists)
    for name, cells in lists.addresses().items():
        book.defined_names[name] = DefinedName(name, attr_text=cells)
    return save(book)


def _add_form(sheet: Any, contract: Contract, lists: Lists) -> None:
    sheet.title = contract.title
    sheet.freeze_panes = "A2"
    sheet.sheet_view.selection[0].activeCell = sheet.sheet_view.selection[0].sqref = "A2"
    sheet.row_dimensions[1].height = 34
    _set_page(sheet)
    sheet.print_title_rows = "1:1"
    for position, column in enumerate(contract.columns, 1):
        letter = get_column_letter(position)
        _put(sheet.cell(1, position), f"{column.heading}{'*' * column.required}", NEEDED if column.required else FREE)
        style = sheet.column_dimensions[letter]
        style.width = max(12, 2 * len(column.heading) + 4, len(words.tell(column).example) + 3)
        style.number_format = DATE if column.is_date else TEXT
        _check(sheet, letter, column, lists, get_column_letter(len(contract.columns)))


def _check(sheet: Any, letter: str, column: Column, lists: Lists, last: str) -> None:
    """What is typed is checked by validation; what is pasted passes that by, so colours follow the same rules."""
    place, cell = f"{letter}2:{letter}{LAST}", f"{letter}2"
    found = guard(column, cell, lists)
    if found:
        sheet.add_data_validation(_validation(found, place))
    if column.required:
        formula = f"AND(COUNTA($A2:${last}2)>0,LEN(TRIM({cell}))=0)"
        sheet.conditional_formatting.add(place, _colour(formula, MISSING))
    if formula := doubt(column, cell, lists):
        sheet.conditional_formatting.add(place, _colour(formula, DOUBTFUL))


def _validation(found: Guard, place: str) -> DataValidation:
    return DataValidation(
        type=found.kind,
        operator="between" if found.kind == "date" else None,
        formula1=found.first,
        formula2=found.second,
        sqref=place,
        allow_blank=True,
        showErrorMessage=found.kind is not None,
        errorStyle=found.style,
        errorTitle=found.error_title,
        error=found.error,
        showInputMessage=True,
        promptTitle=found.prompt_title,
        prompt=found.prompt,
    )


def _colour(formula: str, colour: str) -> Rule:
    return Rule("expression", formula=[formula], dxf=DifferentialStyle(fill=_fill(colour)))


def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", fgColor=colour, bgColor=colour)


def _put(cell: Any, text: str, colour: str = "") -> None:
    """Text that is never a formula; white on `colour` if one is given."""
    cell.value = text
    cell.data_type = "s"
    cell.number_format = TEXT
    cell.alignment = Alignment(wrap_text=True, vertical="center" if colour else "top")
    if colour:
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = _fill(colour)
        cell.border = Border(right=THIN)


def _set_page(sheet: Any) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _add_explanation(sheet: Any, contract: Contract) -> None:
    _set_page(sheet)
    sheet.protection.sheet = True  # without a password: against rows typed below it, not against people
    for position, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    _put(sheet.cell(1, 1), f"{contract.title} 填写说明")
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    sheet.row_dimensions[1].height = 24
    sheet.merge_cells("A1:G1")
    about = [*words.facts(contract), *(("填写", line) for line in ADVICE)]
    for row, (name, said) in enumerate(about, 2):
        _put(sheet.cell(row, 1), name)
        sheet.cell(row, 1).font = Font(bold=True)
        _put(sheet.cell(row, 2), said)
        sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=len(WIDTHS))
    top = len(about) + 3
    for position, title in enumerate(("列名", "必填", "填什么", "可填的值、范围", "例子", "不符合时", "旧列名"), 1):
        _put(sheet.cell(top, position), title, NEEDED)
    for row, column in enumerate(contract.columns, top + 1):
        for position, text in enumerate(_explained(column), 1):
            _put(sheet.cell(row, position), text)


def _explained(column: Column) -> tuple[str, ...]:
    """A column on one row; what could read as another heading is set in a phrase."""
    told = words.tell(column)
    others = f"也认：{'、'.join(told.others)}" if told.others else ""
    return (
        told.heading,
        "必填" if told.required else "",
        f"{told.what}。",
        told.allowed,
        told.example,
        told.broken,
        others,
    )


def _add_lists(sheet: Any, lists: Lists) -> None:
    sheet.sheet_state = "hidden"
    for position, (name, values) in enumerate(lists.columns.items(), 1):
        for row, value in enumerate([name, *values], 1):
            cell = sheet.cell(row, position, value)
            cell.number_format = TEXT if isinstance(value, str) else "0"
            if isinstance(value, str):
                cell.data_type = "s"
