"""Requests: the county of the household register finds its dockets in its own folder, another province gets letters.

Lists are always whole, letters lie there as long as their docket is open. A province reads which origins do not answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from childledger import contracts, db, places
from childledger.contracts import Contract
from childledger.followup import dockets, letters
from childledger.followup.lists import plain
from childledger.followup.sheets import Sheet, publish
from childledger.messages import BASES, SEXES, SHIELDED
from childledger.settings import BEIJING, Settings

FOLDER, LIST, LETTERS, ORIGINS = "户籍地协办", "协办清单", "函件", "户籍地未答复"
ENDED_DAYS = 30
"""So long a docket that ended is told to both counties."""
HEADINGS = {
    "docket_id": "协办编号",
    "reference": "文号",
    "title": "事项",
    "residence": "居住地",
    "hukou": "户籍地",
    "step": "当前环节",
    "holder": "现由何地办理",
    "due": "最迟办理",
    "days_left": "剩余工作日",
    "child_id": "儿童编号",
    "name": "姓名",
    "sex_title": "性别",
    "birth_date": "出生日期",
    "hukou_township": "户籍乡镇",
    "guardian_name": "监护人",
    "proof": "依据",
}
WIDTHS = (9, 18, 12, 18, 18, 14, 18, 14, 9, 9, 10, 6, 12, 12, 10, 40)
ENDED = {
    "docket_id": "协办编号",
    "reference": "文号",
    "title": "事项",
    "residence": "居住地",
    "hukou": "户籍地",
    "child_id": "儿童编号",
    "result_title": "结果",
    "benefit_start_date": "保障起始",
    "ended_date": "办结日期",
}
ENDED_WIDTHS = (9, 18, 14, 18, 18, 9, 18, 12, 12)
ORIGIN = {
    "hukou_county_code": "户籍地代码",
    "county_name": "户籍地",
    "way": "方式",
    "asked": "已请办理",
    "answered": "其中有过答复",
    "overdue": "逾期未答复",
    "oldest_due_date": "最早一件到期日",
}
NOTICE = "请户籍地按“最迟办理”的日期办理，并把结果告知居住地民政部门登记。依据是线索，认定由户籍地依法作出。"
ORIGIN_NOTICE = "截至{day}，下列户籍地有到期未答复的协办事项；“其中有过答复”为0的，从未答复。"
Docket = dict[str, Any]


def write(conn: Connection, settings: Settings, at: datetime) -> None:
    """Bring every county's list, the letters and the province's list of this month up to date."""
    feeds = contracts.load_all(settings.feeds)
    waiting = [_told(row, feeds) for row in db.run(conn, "followup/list_dockets", at=at)]
    ended = [_ended(row) for row in db.run(conn, "followup/list_ended_dockets", at=at, days=ENDED_DAYS)]
    listed = {path.parents[1].name for path in settings.queues.glob(f"*/{FOLDER}/{LIST}_*.json")}
    for county_code in (listed | _counties(waiting) | _counties(ended)) & places.counties().keys():
        _write_list(settings.queues / county_code / FOLDER, county_code, waiting, ended)
    _write_letters(settings.queues, waiting)
    _write_origins(settings.reports, dockets.count_origins(conn, at), at)


def _counties(told: Iterable[Docket]) -> set[str]:
    return {row[name] for row in told for name in ("residence_county_code", "hukou_county_code")}


def _told(row: Any, feeds: dict[str, Contract]) -> Docket:
    kind = dockets.kinds()[row.kind]
    told = _placed(row) | {name: plain(value) for name, value in row._mapping.items()}
    return told | {
        "step": kind.steps[kind.position(row.step_code)].title,
        "holder": places.division_title(row.holder_county_code),
        "due": f"{row.due_date}{BASES[row.due_basis]}",
        "sex_title": SEXES.get(row.sex or "", ""),
        "name": row.name if row.is_named else SHIELDED,
        "proof": "；".join(" ".join(piece) for piece in pieces(row.evidence, feeds)),
    }


def _ended(row: Any) -> Docket:
    told = _placed(row) | {name: plain(value) for name, value in row._mapping.items()}
    return told | {"result_title": dockets.RESULTS[row.result]}


def _placed(row: Any) -> Docket:
    return {
        "title": dockets.kinds()[row.kind].title,
        "residence": places.division_title(row.residence_county_code),
        "hukou": places.division_title(row.hukou_county_code),
    }


def pieces(evidence: list[dict[str, Any]], feeds: dict[str, Contract]) -> list[tuple[str, str, str, str]]:
    """The evidence pack for people: file, column, day and number of the record; what they say stays where it is."""
    told = []
    for piece in evidence:
        contract, kind = feeds.get(piece["feed"]), piece["kind"]
        column = contract and (contract.becoming(f"fact.{kind}") or contract.becoming(f"person.{kind}"))
        heading = contract.heading_of(column) if contract and column else kind
        title = contract.title if contract else piece["feed"]
        told.append((title, heading, piece["as_of_date"], f"记录{piece['source_record_id']}"))
    return told


def _write_list(folder: Path, county_code: str, waiting: list[Docket], ended: list[Docket]) -> None:
    decides, asks = (
        [row for row in waiting if row[f"{holder}_county_code"] == county_code] for holder in ("hukou", "residence")
    )
    over = [row for row in ended if county_code in (row["residence_county_code"], row["hukou_county_code"])]
    document = {
        "county_code": county_code,
        "county_name": places.county_name(county_code),
        "to_decide": [_only(row, ("kind", "due_date", *HEADINGS)) for row in decides],
        "asked": [_only(row, ("kind", "due_date", *HEADINGS)) for row in asks],
        "ended": [_only(row, ("kind", "result", *ENDED)) for row in over],
    }
    sheets = [
        Sheet(title, [*HEADINGS.values()], WIDTHS, [[row[name] for name in HEADINGS] for row in rows], NOTICE)
        for title, rows in (("请本地办理", decides), ("本地请外地办理", asks))
    ]
    sheets.append(Sheet("已办结", [*ENDED.values()], ENDED_WIDTHS, [[row[name] for name in ENDED] for row in over]))
    publish(folder / f"{LIST}_{county_code}", document, sheets)


def _only(row: Docket, names: Iterable[str]) -> Docket:
    return {name: row[name] for name in names}


def _write_letters(queues: Path, waiting: list[Docket]) -> None:
    """A letter for each docket of another province, once; none where its child may not be named or it has ended."""
    wanted = {
        queues / row["residence_county_code"] / FOLDER / LETTERS / f"{row['reference']}.docx": row
        for row in waiting
        if row["is_by_letter"] and row["is_named"]
    }
    for old in set(queues.glob(f"*/{FOLDER}/{LETTERS}/*.docx")) - wanted.keys():
        old.unlink()
    for path, row in wanted.items():
        if not path.exists():
            letters.write(path, row, dockets.kinds()[row["kind"]])


def _write_origins(reports: Path, origins: list[dict[str, Any]], at: datetime) -> None:
    day = at.astimezone(BEIJING).date()
    told = [
        {name: plain(value) for name, value in row.items()} | {"way": "函件" if row["is_by_letter"] else "台账"}
        for row in origins
    ]
    rows = [[row[name] for name in ORIGIN] for row in told]
    notice = ORIGIN_NOTICE.format(day=day)
    sheet = Sheet(ORIGINS, [*ORIGIN.values()], (12, 30, 8, 10, 12, 12, 14), rows, notice)
    publish(reports / f"{ORIGINS}_{day:%Y-%m}", {"month": f"{day:%Y-%m}", "origins": told}, [sheet])
