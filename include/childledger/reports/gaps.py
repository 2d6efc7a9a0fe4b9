"""Gaps are published, not enrolments: counts by county, service and age; children only to their own county.

Small numbers are not shown on the page, nor what would give one away beside the sum; it is made for offices, not for
the public: nothing is compared between half-years or areas before it is written.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import datetime, time
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db, places, provinces
from childledger.messages import GAP_REASONS, SEXES, SHIELDED
from childledger.reports import rows, zone
from childledger.reports.pages import render
from childledger.settings import BEIJING, Settings

SMALL = 10
"""Fewer children than this are not told as a number."""
BANDS = {"gaps_0_5": "0—5岁", "gaps_6_13": "6—13岁", "gaps_14_15": "14—15岁"}
PAGE, TABLE, LIST = "gaps.html", "gaps.csv", "服务缺口_{county_code}.xlsx"
HEADINGS = {
    "child_id": "儿童编号",
    "name": "姓名",
    "sex": "性别",
    "birth_date": "出生日期",
    "residence_township": "乡镇（街道）",
    "residence_village": "村（社区）",
    "title": "应享受而无凭证的服务",
    "gap_since": "自何日起",
    "gap_days": "已有天数",
    "reason": "原因",
    "owner": "由谁办",
}
WIDTHS = (10, 12, 6, 12, 14, 14, 30, 12, 9, 34, 28)


def write_gaps(conn: Connection, settings: Settings) -> int:
    """Bring page, table and every county's own list up to the newest matrix; return the gaps listed."""
    counted = [_told(row) for row in db.run(conn, "reports/count_gaps")]
    services = [_service(row) for row in db.run(conn, "reports/list_services")]
    values = {"counted": counted, "services": services, "bands": BANDS, "small": SMALL}
    zone.publish(settings.reports / PAGE, render("gaps.html.j2", **values), mode=0o644)
    zone.publish(settings.reports / TABLE, _table(counted), mode=0o644)
    listed: dict[str, list[dict[str, str]]] = defaultdict(list)
    for gap in db.run(conn, "reports/list_gaps"):
        listed[gap.county_code].append(_line(gap))
    for county_code, lines in listed.items():
        day = counted[0]["as_of_date"]
        moment = datetime.combine(day, time(), BEIJING)
        table = [[line[name] for name in HEADINGS] for line in lines]
        book = rows.as_list("服务缺口", list(HEADINGS.values()), table, WIDTHS, _summary(len(lines), str(day)), moment)
        zone.publish(settings.queues / county_code / LIST.format(county_code=county_code), book)
    for old in settings.queues.glob(f"*/{LIST.format(county_code='*')}"):
        if old.parent.name not in listed:
            old.unlink(missing_ok=True)
    return sum(map(len, listed.values()))


def masked(counts: list[int]) -> list[str]:
    """Parts of a sum that is told as well: where one is small, none but zero is told, or the sum would give it away.

    >>> masked([0, 23, 41]), masked([1, 10, 41]), masked([9, 9, 0])
    (['0', '23', '41'], ['×', '×', '×'], ['×', '×', '0'])
    """
    has_small = any(0 < count < SMALL for count in counts)
    return ["×" if has_small and count else str(count) for count in counts]


def _number(count: int) -> str:
    return f"<{SMALL}" if 0 < count < SMALL else str(count)


def _told(row: Any) -> dict[str, Any]:
    told = dict(row._mapping) | {"county_name": places.county_name(row.county_code)}
    told |= dict(zip(BANDS, masked([told[band] for band in BANDS]), strict=True))
    is_small = row.gaps < SMALL
    return told | {
        "gaps": _number(row.gaps),
        "unknown": _number(row.unknown),
        "median_days": "" if is_small else row.median_days,
        "list": f"{row.place}.{row.edition}",
    }


def _service(row: Any) -> dict[str, Any]:
    return dict(row._mapping) | {
        "list": f"{row.place}.{row.edition}",
        "lead": provinces.province().department_title(row.lead_department),
        "may_be_offered": row.service_code in provinces.province().offered,
    }


def _table(counted: list[dict[str, Any]]) -> bytes:
    service = ("list", "service_code", "title")
    names = ["as_of_date", "county_code", "county_name", *service, "gaps", *BANDS, "unknown", "median_days"]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([row[name] for name in names] for row in counted)
    return text.getvalue().encode("utf-8-sig")


def _asked(gap: Any) -> str:
    return f"已请户籍地认定，文号{gap.docket_reference}，当前环节最迟{gap.docket_due_date}"


def _line(gap: Any) -> dict[str, str]:
    owner = places.county_name(gap.owner_county_code)
    told = dict(gap._mapping) | {
        "name": SHIELDED if gap.is_shielded else gap.name,
        "sex": SEXES.get(gap.sex or "", ""),
        "reason": GAP_REASONS[gap.reason] if gap.docket_reference is None else _asked(gap),
        "owner": f"{owner} {provinces.province().department_title(gap.owner_department)}",
    }
    return {name: "" if told[name] is None else str(told[name]) for name in HEADINGS}


def _summary(count: int, day: str) -> list[str]:
    return [
        f"服务缺口：截至{day}，本县（市、区）监测对象应享受、但没有任何部门数据能证明已享受的服务，共{count}项次。",
        "缺口不等于没有享受：可能已经享受而数据未报、未对上。先核对，再办理，不要据此通知家庭或公示。",
        "“由谁办”中的部门只写文件明确的牵头部门；文件没有写明的为“未明确”，由民政部门协调。",
        "本表只供本县（市、区）使用，含个人信息，用后按规定保管。随下一次数据更新自动重写。",
    ]
