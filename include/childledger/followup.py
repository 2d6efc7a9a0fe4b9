"""Deliver: every open item stands in its county's list, the list is always whole, and delivering twice changes nothing.

What leaves here is for the county's own people: names and addresses are in these files and nowhere else.
"""

from __future__ import annotations

import json
import logging
import os
import time
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db, places
from childledger.settings import Settings

log = logging.getLogger(__name__)

HEADINGS = {
    "item_id": "任务编号",
    "due_date": "最迟走访日期",
    "title": "原因",
    "severity_title": "紧急程度",
    "child_id": "儿童编号",
    "name": "姓名",
    "sex_title": "性别",
    "birth_date": "出生日期",
    "residence_township": "乡镇（街道）",
    "residence_village": "村（社区）",
    "address": "地址",
    "guardian_name": "监护人",
    "guardian_phone": "联系电话",
    "attempt_count": "已走访未见次数",
}
WIDTHS = (9, 12, 12, 9, 9, 10, 6, 12, 14, 14, 26, 10, 14, 9)
"""Column widths of HEADINGS, so that a list prints on the width of one landscape A4 page."""
A4 = 9
"""Paper size in the numbers of OOXML."""
WITHDRAWN_HEADINGS = {"item_id": "任务编号", "title": "原因", "child_id": "儿童编号", "ended_date": "撤回日期"}
"""What is told of a task that came from a file since withdrawn: it was wrong, so no name and no address again."""
ANSWERS = ("走访日期", "走访结果", "核实结论", "备注")
"""Columns the child director fills in by hand; the filled-in list comes back as the townships.visits feed."""
SEVERITIES = {"urgent": "紧急", "serious": "重要", "normal": "一般"}
SEXES = {"1": "男", "2": "女"}


def deliver(conn: Connection, settings: Settings, titles: dict[str, tuple[str, str]]) -> int:
    """Write each county's list of open items and mark them delivered; `titles`: flag code → (title, severity).

    The files are written before the mark is committed: a crash in between writes the same lists again.
    """
    started = time.monotonic()
    db.run(conn, "followup/lock_queue")
    counties: dict[str, list[dict[str, Any]]] = {}
    taken_back: dict[str, list[dict[str, Any]]] = {}
    for row in db.run(conn, "followup/list_withdrawn_items"):
        taken_back.setdefault(row.county_code, []).append(dict(row._mapping) | {"title": titles[row.flag_code][0]})
    for row in db.run(conn, "followup/list_open_items"):
        title, severity = titles[row.flag_code]
        counties.setdefault(row.county_code, []).append(
            dict(row._mapping)
            | {"title": title, "severity_title": SEVERITIES[severity], "sex_title": SEXES.get(row.sex or "", "")}
        )
    for county_code in counties.keys() | _counties_with_lists(settings.queues):
        lists = counties.get(county_code, []), taken_back.get(county_code, [])
        write_list(settings.queues / county_code, county_code, *lists)
    delivered = db.run(conn, "followup/mark_delivered").rowcount
    db.record_stage(conn, "deliver", time.monotonic() - started, None, items=delivered)
    log.info("delivered %d new items to %d counties", delivered, len(counties))
    return delivered


def _counties_with_lists(queues: Path) -> set[str]:
    return {path.parent.name for path in queues.glob("*/*.json")}


def write_list(
    folder: Path, county_code: str, items: list[dict[str, Any]], taken_back: list[dict[str, Any]] | None = None
) -> None:
    """Replace a county's list: XLSX to print and fill in, JSON for systems; the same items in the same order.

    `taken_back`: tasks once delivered whose file was withdrawn, on a sheet of their own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    withdrawn = [{name: _plain(item[name]) for name in WITHDRAWN_HEADINGS} for item in taken_back or []]
    listed = [{name: _plain(item[name]) for name in ("flag_code", *HEADINGS)} for item in items]
    document = {
        "county_code": county_code,
        "county_name": places.county_name(county_code),
        "items": listed,
        "withdrawn": withdrawn,
    }
    text = json.dumps(document, ensure_ascii=False, indent=1)
    _replace(folder / f"待走访名单_{county_code}.json", lambda draft: draft.write_text(text, encoding="utf-8"))
    _replace(folder / f"待走访名单_{county_code}.xlsx", lambda draft: _write_workbook(draft, listed, withdrawn))


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _replace(path: Path, write: Any) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    write(draft)
    draft.chmod(0o640)
    draft.replace(path)


def _write_workbook(path: Path, items: list[dict[str, Any]], withdrawn: list[dict[str, Any]]) -> None:
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("待走访名单")
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = 30, True  # two lines, room to write
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for position, width in enumerate((*WIDTHS, 12, 10, 18, 18), 1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    line = Side(style="thin")
    rows = [[*HEADINGS.values(), *ANSWERS], *([item[name] for name in HEADINGS] + [""] * 4 for item in items)]
    for number, row in enumerate(rows):
        cells = [WriteOnlyCell(sheet, value="" if value is None else str(value)) for value in row]
        for cell in cells:
            cell.data_type = "s"  # a name that begins with = must never become a formula
            cell.alignment, cell.font = Alignment(wrap_text=True, vertical="center"), Font(bold=number == 0)
            cell.border = Border(left=line, right=line, top=line, bottom=line)
        sheet.append(cells)
    if withdrawn:
        notice = book.create_sheet("已撤回的任务")
        notice.append(["下列任务所依据的报送文件已被撤回，不必再走访；已经走访的结果仍然保留。"])
        notice.append(list(WITHDRAWN_HEADINGS.values()))
        for item in withdrawn:
            notice.append([str(item[name]) for name in WITHDRAWN_HEADINGS])
    book.save(path)
