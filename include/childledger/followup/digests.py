"""Digests: what the ranks above read, counts once a week and the items a city was told of; no name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db, places
from childledger.followup.lists import Item, plain
from childledger.followup.sheets import Sheet, publish
from childledger.settings import BEIJING, Settings

CITIES = "市级"
WEEKS_BACK = 26
"""Weeks made up for when nothing ran; whoever was away longer reads the register."""
COUNTS = {
    "queued": "本周新增任务",
    "closed": "本周办结",
    "withdrawn": "本周撤下",
    "returned": "本周退回改派",
    "township": "本周乡镇督办",
    "county": "本周县级督办",
    "city": "本周市级督办",
    "open": "现有未办结",
    "late": "其中已过最迟时间",
    "not_met": "其中走访未见",
    "unmet": "按现有人手不能按时走访",
}
SUPERVISED = {
    "county_name": "县（市、区）",
    "item_id": "任务编号",
    "title": "原因",
    "severity_title": "紧急程度",
    "due": "最迟走访",
    "attempt_count": "已走访未见次数",
    "standing_title": "办理情况",
}


def write(conn: Connection, settings: Settings, counties: dict[str, list[Item]], at: datetime) -> None:
    """Write the digests of weeks that are over and not yet written, and every city's list of what it was told of."""
    for city_code, items in _by_city(counties).items():
        _supervise(settings.queues / CITIES / city_code, city_code, items)
    local = at.astimezone(BEIJING)
    until = datetime.combine(local.date() - timedelta(local.weekday()), time(), BEIJING)
    ends = [until - timedelta(7 * back) for back in range(WEEKS_BACK)]
    written = (
        place for place, end in enumerate(ends) if (settings.queues / CITIES / f"周报_{_week(end)}.json").is_file()
    )
    for end in reversed(ends[: next(written, 1)]):  # none was ever written: not those before there was anything
        _write_week(conn, settings, counties, end, at)


def _week(until: datetime) -> str:
    since = until - timedelta(7)
    return f"{since:%G}年第{since:%V}周"


def _write_week(
    conn: Connection, settings: Settings, counties: dict[str, list[Item]], until: datetime, at: datetime
) -> None:
    """One week's digest; what is open is what is open now, whenever it is written."""
    since, week = until - timedelta(7), _week(until)
    found = db.run(conn, "followup/count_week", since=since, until=until, at=at).all()
    told = [_told(row, counties.get(row.county_code, [])) for row in found]
    for row in told:
        _publish(settings.queues / row["county_code"] / "周报", week, [row])
    for city_code in sorted({row["city_code"] for row in told}):
        _publish(settings.queues / CITIES / city_code, week, [row for row in told if row["city_code"] == city_code])
    _publish(settings.queues / CITIES, week, told)  # last: a crash before it writes the others again


def _told(row: Any, items: list[Item]) -> dict[str, Any]:
    county = places.counties()[row.county_code]
    named = {"county_code": county.code, "county_name": county.name, "city_code": county.city_code}
    return named | dict(row._mapping) | {"unmet": sum(item["unmet"] is not None for item in items)}


def _publish(folder: Path, week: str, rows: list[dict[str, Any]]) -> None:
    headings = {"county_name": "县（市、区）"} | COUNTS
    cells = ([row[name] for name in headings] for row in rows)
    page = Sheet("周报", [*headings.values()], (14, *(12 for _ in COUNTS)), cells, f"流动儿童走访任务周报，{week}")
    publish(folder / f"周报_{week}", {"week": week, "counties": rows}, [page])


def _by_city(counties: dict[str, list[Item]]) -> dict[str, list[Item]]:
    """The items each city was told of; none for a city whose list is empty now."""
    found: dict[str, list[Item]] = {}
    for county_code, items in counties.items():
        county = places.counties()[county_code]
        told: Iterable[Item] = (item | {"county_name": county.name} for item in items if item["level"] == 3)
        found.setdefault(county.city_code, []).extend(told)
    return found


def _supervise(folder: Path, city_code: str, items: list[Item]) -> None:
    listed = [{name: plain(item[name]) for name in SUPERVISED} for item in items]
    cells = ([row[name] for name in SUPERVISED] for row in listed)
    page = Sheet("市级督办清单", [*SUPERVISED.values()], (16, 9, 14, 9, 16, 12, 16), cells)
    publish(folder / f"督办清单_{city_code}", {"city_code": city_code, "supervised": listed}, [page])
