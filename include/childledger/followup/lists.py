"""Lists: what a county's child directors receive, always whole, most pressing first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db, places
from childledger.contracts import Contract
from childledger.followup.sheets import Sheet, publish
from childledger.messages import SEXES
from childledger.settings import BEIJING, Settings

HEADINGS = {
    "item_id": "任务编号",
    "due": "最迟走访",
    "title": "原因",
    "change": "变化",
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
    "standing_title": "办理情况",
}
WIDTHS = (9, 15, 12, 18, 9, 9, 10, 6, 12, 14, 14, 26, 10, 14, 9, 14)
ANSWERS = ("走访日期", "走访结果", "核实结论", "另一结论", "搬往地区代码", "备注")
"""Columns the child director fills in by hand; the filled-in list comes back as the townships.visits feed."""
DESK_ANSWERS = ("核对日期", "核对结果", *ANSWERS[2:])
"""The same for the county's clerks, who look on paper first (核对结果: 资料核对)."""
ANSWER_WIDTHS = (12, 10, 18, 14, 12, 18)
WITHDRAWN_HEADINGS = {"item_id": "任务编号", "title": "原因", "child_id": "儿童编号", "ended_date": "撤回日期"}
"""What is told of a task that came from a file since withdrawn: it was wrong, so no name and no address again."""
WITHDRAWN_NOTICE = "下列任务所依据的报送文件已被撤回，不必再走访；已经走访的结果仍然保留。"
SEVERITIES = {"urgent": "紧急", "serious": "重要", "normal": "一般"}
STANDINGS = {"acknowledged": "已接收", "claimed": "已认领", "reassigned": "已改派", "returned": "已退回，待改派"}
LEVELS = {1: "乡镇督办", 2: "县级督办", 3: "市级督办"}
GUESSED = "（节假日安排未公布）"
"""The official calendar ends before the day: only weekends were left out."""
MACHINE = ("flag_code", "due_date", "due_at", "level", "household", "planned_date", "unmet", "recheck")
"""What only the JSON tells."""
Item = dict[str, Any]
PLACES = {"residence_code": "person.residence_code", "hukou_code": "person.hukou_code"}
"""Kinds of facts that are fields of the person."""


@dataclass(frozen=True)
class Words:
    """What lists are written with."""

    titles: dict[str, tuple[str, str]]
    """Flag code → title and severity."""
    feeds: dict[str, Contract]
    suspended: dict[str, tuple[int, int]]
    """Flag code → visits, and how many found the reason true: its items go to the desk first."""


def write(conn: Connection, settings: Settings, words: Words) -> dict[str, list[Item]]:
    """Bring every county's lists up to date; return the items by county, none for one whose lists are empty now."""
    counties: dict[str, list[Item]] = {}
    desks: dict[str, list[Item]] = {}
    taken_back: dict[str, list[Item]] = {}
    for row in db.run(conn, "followup/list_withdrawn_items"):
        taken_back.setdefault(row.county_code, []).append(
            dict(row._mapping) | {"title": words.titles[row.flag_code][0]}
        )
    for row in db.run(conn, "followup/list_listed"):
        queue = counties if row.queue == "visit" else desks
        queue.setdefault(row.county_code, []).append(told(row, words))
    for county_code in counties.keys() | desks.keys() | _counties_with_lists(settings.queues):
        visits = counties.get(county_code, []), taken_back.get(county_code, [])
        _write_list(settings.queues / county_code, county_code, "待走访名单", ANSWERS, *visits)
        _write_list(
            settings.queues / county_code, county_code, "待核对名单", DESK_ANSWERS, desks.get(county_code, []), []
        )
    listed = counties.keys() | desks.keys() | _counties_with_lists(settings.queues)
    return {county_code: counties.get(county_code, []) + desks.get(county_code, []) for county_code in listed}


def told(row: Any, names: Words) -> Item:
    """An item as people read it."""
    title, severity = names.titles[row.flag_code]
    again = f"（第{row.recheck}次回访）" if row.recheck else ""
    words = [STANDINGS.get(row.standing or "", ""), row.holder or "", LEVELS.get(row.level, "")]
    return dict(row._mapping) | {
        "title": title + again + _why_desk(names.suspended.get(row.flag_code)),
        "change": _change(row.changes, names.feeds),
        "severity_title": SEVERITIES[severity],
        "sex_title": SEXES.get(row.sex or "", ""),
        "due": until(row.due_at) + (GUESSED if row.due_basis == "weekdays_only" else ""),
        "standing_title": " ".join(filter(None, words)),
    }


def _why_desk(yielded: tuple[int, int] | None) -> str:
    if yielded is None:
        return ""
    visits, confirmed = yielded
    return f"（此项近期走访{visits}次，属实{confirmed}次，暂停入户，先核对资料）"


def _change(changes: list[dict[str, Any]] | None, feeds: dict[str, Contract]) -> str:
    """What changed since the child was last asked about, by column, department and date; never a value."""
    if not changes:
        return ""
    first = changes[0]
    since = f"上次{'走访' if first['was_answered'] else '提示'}（{first['since_date']}）以后："
    return since + "；".join(_one_change(change, feeds[change["feed"]]) for change in changes)


def _one_change(change: dict[str, Any], contract: Contract) -> str:
    target = PLACES.get(change["kind"], f"fact.{change['kind']}")
    heading = contract.heading_of(contract.becoming(target) or "")
    word = "不再成立" if change["is_ended"] else "为新情况" if change["is_new"] else "有变化"
    return f"{heading}{word}（{contract.department_title} {change['as_of_date']}）"


def until(moment: datetime) -> str:
    """A deadline on the director's clock: the day where it ends with one, else the minute.

    >>> until(datetime(2026, 7, 14, tzinfo=BEIJING)), until(datetime(2026, 7, 14, 9, 30, tzinfo=BEIJING))
    ('2026-07-13', '2026-07-14 09:30')
    """
    local = moment.astimezone(BEIJING)
    if (local.hour, local.minute) == (0, 0):
        return f"{local.date().fromordinal(local.toordinal() - 1)}"
    return f"{local:%Y-%m-%d %H:%M}"


def _counties_with_lists(queues: Path) -> set[str]:
    return {path.parent.name for path in queues.glob("*/待走访名单_*.json")}


def _write_list(
    folder: Path, county_code: str, title: str, answers: tuple[str, ...], items: list[Item], taken_back: list[Item]
) -> None:
    """XLSX to print and fill in, JSON for systems; the same items in the same order.

    `taken_back`: tasks once delivered whose file was withdrawn, on a sheet of their own.
    """
    withdrawn = [{name: plain(item[name]) for name in WITHDRAWN_HEADINGS} for item in taken_back]
    listed = [{name: plain(item[name]) for name in (*MACHINE, *HEADINGS)} for item in items]
    document = {
        "county_code": county_code,
        "county_name": places.county_name(county_code),
        "queue": "visit" if answers == ANSWERS else "desk",
        "items": listed,
        "withdrawn": withdrawn,
    }
    sheets = [
        Sheet(
            title,
            (*HEADINGS.values(), *answers),
            (*WIDTHS, *ANSWER_WIDTHS),
            ([*(item[name] for name in HEADINGS), *[""] * len(answers)] for item in listed),
        )
    ]
    if withdrawn:
        rows = ([item[name] for name in WITHDRAWN_HEADINGS] for item in withdrawn)
        sheets.append(Sheet("已撤回的任务", [*WITHDRAWN_HEADINGS.values()], (9, 14, 12, 12), rows, WITHDRAWN_NOTICE))
    publish(folder / f"{title}_{county_code}", document, sheets)


def plain(value: Any) -> Any:
    """A value as JSON keeps it; moments on the clock of Beijing."""
    if isinstance(value, datetime):
        return value.astimezone(BEIJING).isoformat(timespec="minutes")
    return value.isoformat() if hasattr(value, "isoformat") else value
