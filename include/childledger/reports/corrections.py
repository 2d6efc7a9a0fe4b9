"""Correction tickets in the sender's zone: always the whole list, in its own terms, gone when none is open.

No value stands in it but the sender's own key: neither what another department says nor which one says it. For machines
an identity number inside a key is masked; file and line find the row.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db
from childledger.contracts import Contract
from childledger.messages import ticket_message
from childledger.reports import rows, zone
from childledger.settings import BEIJING, Settings

HEADINGS = {
    "ticket_id": "通知编号",
    "feed_title": "数据名称",
    "file_name": "文件名",
    "line": "行号",
    "key_heading": "编号列",
    "key": "贵单位编号",
    "column": "列名",
    "what": "问题",
    "fix": "怎么办",
    "due_date": "最迟更正日期",
    "state": "状态",
    "code": "代码",
}
WIDTHS = (9, 14, 36, 7, 14, 24, 14, 36, 44, 13, 20, 20)
STATES = {"open": "待更正", "not_fixed": "再报仍未更正", "contested": "已申诉，待核定"}
WHOLE_ROW = "整行"
_BORN = re.compile(r"(\d{6})\d{8}(\d{3}[\dX])")
"""The birth date within an identity number, wherever a key carries one."""


def write_corrections(conn: Connection, settings: Settings, feeds: Mapping[str, Contract]) -> int:
    """Bring every zone's list up to date; return the tickets that stand in one."""
    lists: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for ticket in db.run(conn, "reports/list_tickets"):
        lists[ticket.department, ticket.county_code].append(_told(ticket, feeds.get(ticket.feed)))
    for place in db.run(conn, "reports/list_ticket_zones").all():
        folder = zone.folder(settings, place.department, place.county_code)
        listed = lists.get((place.department, place.county_code), [])
        names = _write(folder, place.county_code, place.changed_date, listed) if listed else set()
        for old in folder.glob("更正通知_*"):
            if old.name not in names:
                old.unlink(missing_ok=True)
    return sum(map(len, lists.values()))


def _told(ticket: Any, contract: Contract | None) -> dict[str, Any]:
    what, fix = ticket_message(ticket.code)
    again = f"（第 {ticket.reminder_count} 次提醒）" if ticket.status == "not_fixed" else ""
    return {
        "ticket_id": ticket.ticket_id,
        "feed": ticket.feed,
        "feed_title": contract.title if contract else ticket.feed,
        "file_name": ticket.file_name,
        "line": ticket.line_number,
        "key_heading": "＋".join(contract.heading_of(name) for name in contract.key) if contract else "",
        "key": ticket.record_key,
        "column": _heading(ticket, contract),
        "asks": ticket.asks,
        "what": what,
        "fix": fix,
        "opened_date": ticket.opened_date,
        "due_date": ticket.due_date,
        "due_basis": ticket.due_basis,
        "status": ticket.status,
        "state": STATES[ticket.status] + again,
        "reminder_count": ticket.reminder_count,
        "code": ticket.code,
    }


def _heading(ticket: Any, contract: Contract | None) -> str:
    if ticket.asks == "remove" or contract is None:
        return WHOLE_ROW
    targets = (f"person.{ticket.column_name}", f"fact.{ticket.column_name}")
    return next((contract.heading_of(name) for t in targets if (name := contract.becoming(t))), ticket.column_name)


def _write(folder: Path, county_code: str, day: date, listed: list[dict[str, Any]]) -> set[str]:
    """The list as workbook and JSON, dated by its last change; the names written."""
    name = f"更正通知_{county_code}_{day:%Y%m%d}"
    table = [[str(ticket[column]) for column in HEADINGS] for ticket in listed]
    moment = datetime.combine(day, time(), BEIJING)
    book = rows.as_list("更正通知", list(HEADINGS.values()), table, WIDTHS, _summary(listed), moment)
    zone.publish(folder / f"{name}.xlsx", book)
    masked = [{**ticket, "key": _BORN.sub(r"\1********\2", ticket["key"])} for ticket in listed]
    document = {"stage": "tickets", "county_code": county_code, "changed_date": day, "tickets": masked}
    zone.publish(folder / f"{name}.json", (db.json(document) + "\n").encode())
    return {f"{name}.xlsx", f"{name}.json"}


def _summary(listed: list[dict[str, Any]]) -> list[str]:
    return [
        f"更正通知：以下 {len(listed)} 处经走访或比对发现可能有误，请核实。",
        "本表每次都是完整的清单；更正后随下一次报送自动销号，全部销号后本表消失。",
        "确有错误的：在贵单位自己的系统里改好，随下一次报送（或现在报更正件）报来，不用单独回复。",
        "核实无误的：不要改，请把通知编号和理由告诉数据管理员登记申诉，由民政核定。",
        "最迟更正日期按工作日计算；逾期和再报仍未更正的计入计分卡。",
        "本表只列贵单位自己的文件名、行号和编号，不含其他部门的数据。",
    ]
