"""Reminders: a sender whose file is overdue finds one note in its own zone, gone once the file has come."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db
from childledger.calendar import named
from childledger.contracts import Contract
from childledger.messages import BASES, REMINDERS
from childledger.reports import zone
from childledger.reports.receipts import WAITING
from childledger.settings import Settings

REMINDER = "催报_"


def remind(conn: Connection, settings: Settings, feeds: dict[str, Contract], as_of: date) -> int:
    """Write a note for every open alarm whose landing zone exists, remove the others; return how many stand."""
    current = set()
    for alarm in db.run(conn, "reports/list_open_alarms", as_of=as_of).all():
        contract = feeds.get(alarm.feed)
        if contract and (settings.landing / alarm.department / alarm.county_code).is_dir():
            place = zone.folder(settings, alarm.department, alarm.county_code)
            note = place / zone.fit(REMINDER, f"{contract.title}_{alarm.period_name}", ".txt")
            zone.publish(note, zone.plain(_told(alarm, contract)))
            current.add(note)
    for note in settings.landing.glob(f"*/*/receipts/{REMINDER}*.txt"):
        if note not in current and not note.name.endswith(WAITING):
            note.unlink(missing_ok=True)
    return len(current)


def _told(alarm: Any, contract: Contract) -> list[str]:
    title = named(alarm.first_day, alarm.last_day)[1]
    what, fix = REMINDERS[alarm.state]
    name = f"{contract.title}_{alarm.county_code}_{alarm.last_day:%Y%m%d}"
    refused = f"收据 {alarm.refused_receipt_id}" if alarm.refused_receipt_id else "没有"
    return [
        f"催报：{contract.title} {title}，{what}（{alarm.state}）。",
        "",
        f"报送单位：  {zone.sender(alarm.department, alarm.county_code, contract)}",
        f"数据：      {contract.title}（{alarm.feed}）",
        f"期间：      {alarm.first_day} 至 {alarm.last_day}",
        f"截止日期：  {alarm.due_on}{BASES[alarm.basis]}",
        f"逾期起始：  {alarm.silent_since}",
        f"退回的文件：{refused}",
        "",
        f"怎么办：{fix}。",
        f"文件名：{name}.{contract.file_types[0]}；零报告 {name}_零报告.{contract.file_types[0]}",
        "文件名中的数据日期要在上面的期间之内。收下或登记零报告后，本提示自动消失。",
    ]
