"""What a department office does in tests: writes files and drops them into its landing zone."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from childledger import contracts, pipeline, places, records
from childledger.contracts import Contract
from childledger.settings import BEIJING, INCLUDE, Settings

COUNTY = "410105"
AS_OF = "20260630"
SENTINEL = {"name": "赵哨兵ZZ", "phone": "13900007713", "guardian": "赵岗哨ZZ", "address": "哨兵路771号"}


def contract(feed: str) -> Contract:
    return contracts.load(INCLUDE / "feeds" / f"{feed}{contracts.SUFFIX}")


def resident_id(region: str, birth: str, sequence: int) -> str:
    """An identity number with the right check character."""
    body = f"{region}{birth}{sequence:03d}"
    return next(body + last for last in "0123456789X" if records.is_resident_id(body + last))


def pupil(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A good row of education.enrolment; children differ by number, even ones are boys."""
    identity = resident_id("411681", f"2015{number % 12 + 1:02d}15", number % 900 + 1)
    row = {
        "school_roll_number": f"G{identity}",
        "name": f"学生{_chinese(number)}",
        "id_number": identity,
        "birth_date": f"2015-{number % 12 + 1:02d}-15",
        "sex": "男" if int(identity[16]) % 2 else "女",
        "ethnicity": "汉族",
        "hukou_code": "411681",
        "residence_code": COUNTY,
        "address": "花园路1号",
        "guardian_name": f"家长{_chinese(number)}",
        "guardian_phone": f"1380000{number % 10000:04d}",
        "school_name": "第一小学",
        "grade": "三年级",
        "enrolment_status": "在读",
        "is_boarding": "否",
    }
    return row | changes


def _chinese(number: int) -> str:
    return "".join("零一二三四五六七八九"[int(digit)] for digit in str(number))


def as_csv(feed: str, rows: list[dict[str, Any]], encoding: str = "utf-8-sig") -> bytes:
    """Rows by contract column as a CSV with the contract's headings."""
    columns = contract(feed).columns
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.heading for column in columns])
    writer.writerows([[row.get(column.name, "") for column in columns] for row in rows])
    return text.getvalue().encode(encoding)


def drop(settings: Settings, department: str, name: str, data: bytes, county: str = COUNTY) -> Path:
    """Put a file into a landing zone."""
    inbox = settings.landing / department / county / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / name).write_bytes(data)
    return inbox / name


def drop_pupils(settings: Settings, rows: list[dict[str, Any]], as_of: str = AS_OF, suffix: str = "") -> Path:
    name = f"学籍信息_{COUNTY}_{as_of}{suffix}.csv"
    return drop(settings, "education", name, as_csv("education.enrolment", rows))


def some_county_name() -> str:
    return places.county_name(COUNTY)


def survey(number: int = 1, child: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A good row of civil_affairs.screening about the same child as `pupil(number)`, living here for years."""
    person = child or pupil(number)
    same = ("name", "id_number", "birth_date", "sex", "ethnicity", "hukou_code", "residence_code", "address")
    row = {name: person[name] for name in same}
    row |= {
        "survey_number": f"MP{number:06d}",
        "surveyed_on": "2026-06-20",
        "hukou_township": "丁集镇",
        "residence_township": "花园路街道",
        "residence_village": "第三社区",
        "residence_since": "2024-03-01",
        "guardian_name": person["guardian_name"],
        "guardian_phone": person["guardian_phone"],
        "lives_with": "父母双方",
        "guardian_status": "正常",
        "self_referral": "否",
        "vagrancy": "否",
        "behaviour_concern": "否",
    }
    return row | changes


def drop_survey(settings: Settings, rows: list[dict[str, Any]], as_of: str = AS_OF, suffix: str = "") -> Path:
    name = f"入户摸排_{COUNTY}_{as_of}{suffix}.csv"
    return drop(settings, "civil_affairs", name, as_csv("civil_affairs.screening", rows))


def visit(item: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A good row of townships.visits answering an item of a delivered list."""
    row = {
        "item_id": item["item_id"],
        "visited_on": "2026-07-11",
        "child_id": item["child_id"],
        "name": item["name"],
        "birth_date": item["birth_date"],
        "sex": item["sex_title"],
        "visit_outcome": "已见到",
        "verdict": "情况属实-已保障",
    }
    return row | changes


def drop_visits(settings: Settings, rows: list[dict[str, Any]], as_of: str = "20260711", suffix: str = "") -> Path:
    name = f"走访结果_{COUNTY}_{as_of}{suffix}.csv"
    return drop(settings, "townships", name, as_csv("townships.visits", rows))


def listed(settings: Settings, day: date, county_code: str = COUNTY) -> list[dict[str, Any]]:
    """Everything that waits, as of a day; the visits on the county's list afterwards."""
    for feed in pipeline.receive(settings):
        pipeline.ingest(settings, feed)
    pipeline.resolve(settings)
    pipeline.refresh(settings, day)
    pipeline.deliver(settings, datetime.combine(day, time(9), BEIJING))
    path = settings.queues / county_code / f"待走访名单_{county_code}.json"
    if not path.exists():
        return []
    items: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["items"]
    return items
