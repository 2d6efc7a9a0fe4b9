"""Offers: a county that sees a child another one answers for finds it in its own folder, with the day to answer by."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection

from childledger import db, places
from childledger.followup.lists import plain
from childledger.followup.sheets import Sheet, publish
from childledger.messages import SEXES, SHIELDED
from childledger.settings import Settings

LIST = "待接收名单"
HEADINGS = {
    "offer_id": "编号",
    "child_id": "儿童编号",
    "name": "姓名",
    "sex_title": "性别",
    "birth_date": "出生日期",
    "residence_township": "居住乡镇（街道）",
    "guardian_name": "监护人",
    "guardian_phone": "监护人电话",
    "holder": "现由何地负责",
    "offered_date": "提出日期",
    "due_date": "过期日期",
    "review": "备注",
}
WIDTHS = (8, 10, 10, 6, 12, 16, 10, 14, 24, 12, 12, 20)
REVIEW = "两地同时有记录，请先核实"
NOTICE = (
    "下列儿童在本县（市、区）有记录，现由别处负责。请在过期日期之前核实，把接收，或不接收及其原因"
    "（未找到、已离开、从未居住、不是同一名儿童）告知台账管理员登记。不答复的，仍由原地负责，并列为无人接收。"
)


def write(conn: Connection, settings: Settings) -> None:
    """Bring the list of every county that is asked up to date; one that is asked no more reads an empty list."""
    lists: dict[str, list[dict[str, Any]]] = {
        path.parent.name: [] for path in settings.queues.glob(f"[0-9]*/{LIST}_*.json")
    }
    for row in db.run(conn, "followup/list_offered"):
        lists.setdefault(row.county_code, []).append(_told(row))
    for county_code, offers in lists.items():
        sheet = Sheet(LIST, [*HEADINGS.values()], WIDTHS, ([row[name] for name in HEADINGS] for row in offers), NOTICE)
        document = {"county_code": county_code, "county_name": places.county_name(county_code), "offers": offers}
        publish(settings.queues / county_code / f"{LIST}_{county_code}", document, [sheet])


def _told(row: Any) -> dict[str, Any]:
    told = {name: plain(value) for name, value in row._mapping.items() if name in HEADINGS}
    return told | {
        "name": row.name if row.is_named else SHIELDED,
        "sex_title": SEXES.get(row.sex or "", ""),
        "holder": places.division_title(row.from_county_code),
        "review": REVIEW if row.is_review else "",
    }
