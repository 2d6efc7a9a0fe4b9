"""Stage two of a held file: its sender learns that it waits for a person, and only numbers that are its own."""

from __future__ import annotations

import logging
from pathlib import PurePath
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db
from childledger.contracts import Contract
from childledger.messages import HELD
from childledger.reports import zone
from childledger.settings import Settings

log = logging.getLogger(__name__)


def report(conn: Connection, settings: Settings, contract: Contract | None, receipt_id: int) -> bool:
    """Tell the sender of a held file that it waits; False, and nothing done, for any other file."""
    held = db.run(conn, "reports/read_held", receipt_id=receipt_id).one_or_none()
    if held is None:
        return False
    place = zone.folder(settings, held.department, held.county_code)
    name = zone.fit(f"{receipt_id}_", PurePath(held.file_name).stem, f"_{HELD.split('，')[0]}")
    zone.publish(place / f"{name}.txt", zone.plain(_lines(held, contract)))
    zone.publish(place / f"{name}.json", (db.json(_facts(held)) + "\n").encode())
    db.run(conn, "reports/mark_reported", receipt_id=receipt_id)
    log.info("receipt %s: reported held", receipt_id)
    return True


def _lines(held: Any, contract: Contract | None) -> list[str]:
    lines = [
        f"处理结果：{HELD}（held）",
        "",
        f"收据编号：{held.receipt_id}",
        f"文件名：  {held.file_name}",
        f"报送单位：{zone.sender(held.department, held.county_code, contract)}",
        f"收到时间：{zone.beijing(held.received_at)}",
        f"SHA-256： {held.sha256}",
        f"数据行数：{held.row_count}",
    ]
    if held.rows_before is not None:
        lines.append(f"与上次比：上次 {held.rows_before} 行，本次 {held.row_count} 行")
    if held.keys_vanished:
        lines.append(f"本次没有：上次报送中的 {held.keys_vanished} 个主键本次没有出现")
    return [
        *lines,
        "",
        f"暂缓原因：{_why(held)}",
        "下一步：请核对文件是否完整。如有误，请直接报送更正件，不必等待；如无误，无需操作。",
    ]


def _why(held: Any) -> str:
    if held.is_for_rows:
        return "与上次报送相比变化过大，超出常规，须由人工确认后才能入账。"
    return "预计对台账的影响超出常规，须由人工确认后才能入账。"


def _facts(held: Any) -> dict[str, Any]:
    names = (
        "receipt_id",
        "file_name",
        "sha256",
        "feed",
        "as_of_date",
        "held_at",
        "row_count",
        "rows_before",
        "keys_vanished",
    )
    return {"stage": "held", "title": HELD, **{name: getattr(held, name) for name in names}, "why": _why(held)}
