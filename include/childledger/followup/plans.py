"""Plans: which household a village's director sees on which day, and what the township must know can't be done in time.

The order is of the items' urgency, then of their age; no family is weighed. A trip is one household: all of its items,
and whoever of it is due to be seen again. Visits only time asks for come after all items and are no items themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db, places
from childledger.followup.lists import ANSWER_WIDTHS, ANSWERS, HEADINGS, MACHINE, WIDTHS, Item, plain
from childledger.followup.sheets import Sheet, fit, publish
from childledger.messages import SEXES
from childledger.pace import pace

PLANNED = {"planned_date": "计划走访", "household": "住户"} | HEADINGS
UNMET = {"village": "村（社区）", "why": "为什么", "planned_date": "最早可排"} | {
    name: HEADINGS[name] for name in ("item_id", "due", "title", "severity_title", "child_id", "name", "standing_title")
}
ROUTINE = {"planned_date": "计划走访", "household": "住户", "due_date": "最迟走访"} | {
    name: HEADINGS[name] for name in ("child_id", "name", "sex_title", "birth_date", "residence_township",
                                      "residence_village", "address", "guardian_name", "guardian_phone")
}  # fmt: skip
ROUTINE_WIDTHS = (12, 9, 12, 9, 10, 6, 12, 14, 14, 26, 10, 14)
ROUTINE_NOTICE = (
    "到期应再走访、目前没有任务的儿童，排在任务之后，同户的一趟走完；没有任务编号，走访情况按“入户摸排”报送。"
)
WHY = {
    "moved": "走访时已搬走，此后没有新的登记，请查明去向",
    "no_village": "没有登记村（社区），不知道由谁去",
    "returned": "儿童主任已退回，待改派",
    "late": "已过最迟时间，仍没有人去",
    "no_capacity": "人手不足，最迟时间前排不上",
}
DAYS = {"village": "村（社区）", "planned_date": "计划走访", "households": "户数", "items": "任务数"}
UNMET_NOTICE = "下列任务按现有人手不能按时走访，请协调人手或改派；已排日期的不因此取消。"


def plan(conn: Connection, at: datetime) -> None:
    """Make the plan of the items that are listed, as of a moment; it lasts for the transaction."""
    limits = {name: getattr(pace(), name) for name in ("households_a_day", "household_at_most")}
    values = {**limits, "households_a_day_in": db.json(pace().households_a_day_in)}
    db.run(conn, "followup/create_planned", at=at, **values)


def list_routine(conn: Connection) -> dict[str, list[Item]]:
    """Visits that are due again and no item's, by county."""
    found: dict[str, list[Item]] = {}
    for row in db.run(conn, "followup/list_routine"):
        visit = dict(row._mapping) | {"sex_title": SEXES.get(row.sex or "", "")}
        found.setdefault(row.county_code, []).append(visit)
    return found


def counties(queues: Path) -> set[str]:
    """Counties in whose folder a plan lies."""
    return {path.parents[2].name for path in queues.glob("*/*/*/走访计划_*.json")}


def write(folder: Path, county_code: str, items: list[Item], last: str) -> int:
    """Bring the folders of a county's townships and villages up to date; return the items that can't be done in time.

    `items`: visits without an item as well. `last`: the last day of the plan. A plan whose last item ended goes with
    it; what else lies there stays.
    """
    items = [item | {"township": fit(item["residence_township"] or "")} for item in items]
    items = [item | {"village": fit(item["residence_village"] or "")} for item in items]
    items.sort(key=_place)
    kept: set[Path] = set()
    for township, of_township in groupby(items, key=lambda item: item["township"]):
        listed = list(of_township)
        kept.add(folder / township)
        _write_township(folder / township, county_code, township, listed)
        for village, of_village in groupby(listed, key=lambda item: item["village"]):
            kept.add(folder / township / village)
            _write_village(folder / township / village, county_code, village, list(of_village), last)
    for page in folder.glob("*/**/走访*.json"):
        if page.parent not in kept:
            page.with_suffix(".xlsx").unlink(missing_ok=True)
            page.unlink()
    return sum(item["unmet"] is not None for item in _asked(items))


def _asked(items: list[Item]) -> list[Item]:
    return [item for item in items if item["item_id"] is not None]


def _place(item: Item) -> tuple[Any, ...]:
    far = item["planned_date"] or "9999"
    return item["township"], item["village"], str(far), item["household"], item["child_id"], item["item_id"]


def _write_village(folder: Path, county_code: str, village: str, items: list[Item], last: str) -> None:
    listed = [{name: plain(item[name]) for name in (*MACHINE, *PLANNED)} for item in _asked(items)]
    routine = [
        {name: plain(visit[name]) for name in ROUTINE}
        for visit in items
        if visit["item_id"] is None and (str(visit["planned_date"] or "9999") <= last or visit["unmet"] == "no_village")
    ]
    for item in listed:
        item["planned_date"] = item["planned_date"] if (item["planned_date"] or "9999") <= last else None
    document = {"county_code": county_code, "village": village, "items": listed, "routine": routine}
    rows = ([*(item[name] for name in PLANNED), *[""] * len(ANSWERS)] for item in listed)
    sheets = [Sheet("走访计划", (*PLANNED.values(), *ANSWERS), (12, 9, *WIDTHS, *ANSWER_WIDTHS), rows)]
    if routine:
        sheets.append(Sheet("例行走访", [*ROUTINE.values()], ROUTINE_WIDTHS, _cells(routine, ROUTINE), ROUTINE_NOTICE))
    publish(folder / f"走访计划_{village}", document, sheets)


def _write_township(folder: Path, county_code: str, township: str, items: list[Item]) -> None:
    unmet = [item | {"why": WHY[item["unmet"]]} for item in _asked(items) if item["unmet"]]
    unmet = [{name: plain(item[name]) for name in ("unmet", *UNMET)} for item in unmet]
    days = list(_days(items))
    document = {
        "county_code": county_code,
        "county_name": places.county_name(county_code),
        "township": township,
        "days": days,
        "unmet": unmet,
        "routine_unmet": sum(item["unmet"] is not None for item in items) - len(unmet),
    }
    sheets = [
        Sheet("未能安排", [*UNMET.values()], (14, 26, 12, 9, 15, 12, 9, 9, 10, 16), _cells(unmet, UNMET), UNMET_NOTICE),
        Sheet("走访计划", [*DAYS.values()], (20, 14, 9, 9), _cells(days, DAYS)),
    ]
    publish(folder / f"走访汇总_{township}", document, sheets)


def _days(items: list[Item]) -> Iterator[dict[str, Any]]:
    planned = [item for item in items if item["planned_date"]]
    for (village, day), of_day in groupby(planned, key=lambda item: (item["village"], item["planned_date"])):
        listed = list(of_day)
        told = (village, plain(day), len({item["household"] for item in listed}), len(_asked(listed)))
        yield dict(zip(DAYS, told, strict=True))


def _cells(rows: list[dict[str, Any]], columns: dict[str, str]) -> Iterator[list[Any]]:
    return ([row[name] for name in columns] for row in rows)
