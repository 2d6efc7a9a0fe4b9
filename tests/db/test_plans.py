"""Day plans: a household is one trip, a director has so many a day, the township is told what can't be done in time."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from childledger import pace, pipeline
from childledger.settings import Settings
from queued import COUNTY, moment, queue, run, workdays

FRIDAY, MONDAY = date(2026, 7, 10), date(2026, 7, 13)
FORTNIGHT = date(2026, 7, 22)
MOTHER = {"guardian_id_number": "410105198805120042"}
HOME = {"guardian_phone": "13812345678", "address": "花园路9号"}


def read(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return found


def village(settings: Settings, name: str = "第三社区", township: str = "花园路街道") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = read(settings.queues / COUNTY / township / name, f"走访计划_{name}")["items"]
    return items


def test_siblings_are_one_trip_however_their_household_is_known(settings: Settings) -> None:
    workdays(settings)
    by_id, by_home, by_both = queue(settings, **MOTHER), queue(settings, **HOME), queue(settings, **MOTHER, **HOME)
    for_one = queue(settings, child_id=1, flag_code="another")
    phone_only = queue(settings, guardian_phone=HOME["guardian_phone"], address="花园路8号")
    school = queue(settings, 9, guardian_phone="03710000000", address="第一小学", village="第五社区")
    run(
        settings,
        "update ledger.flag set flag_code = (select min(flag_code) from ledger.flag where flag_code <> 'another')",
    )
    pipeline.deliver(settings, moment(FRIDAY))
    households = {item["item_id"]: item["household"] for item in village(settings)}
    assert len({households[item] for item in (*by_id, *by_home, *by_both, *for_one)}) == 1
    assert households[phone_only[0]] != households[by_id[0]]
    assert len({item["household"] for item in village(settings, "第五社区")}) == len(school)


def test_so_many_households_a_day_and_the_rest_is_said_to_the_township(settings: Settings) -> None:
    workdays(settings)
    old = queue(settings, 3, severity="normal", due_date=FRIDAY, raised=date(2026, 6, 26))
    new = queue(settings, 3, severity="normal", due_date=FORTNIGHT)
    urgent = queue(settings, 3, due_date=FRIDAY)
    nowhere = queue(settings, village=None, due_date=FRIDAY)
    pipeline.deliver(settings, moment(FRIDAY))
    days = {item["item_id"]: item["planned_date"] for item in village(settings)}
    assert [days[item] for item in (*urgent, *old, *new)] == ["2026-07-10"] * 4 + ["2026-07-13"] * 4 + ["2026-07-14"]
    folder = settings.queues / COUNTY / "花园路街道"
    told = read(folder, "走访汇总_花园路街道")
    assert {item["item_id"]: item["unmet"] for item in told["unmet"]} == dict.fromkeys(old[1:], "no_capacity") | {
        nowhere[0]: "no_village"
    }
    assert told["days"][0] == {"village": "第三社区", "planned_date": "2026-07-10", "households": 4, "items": 4}
    book = openpyxl.load_workbook(folder / "走访汇总_花园路街道.xlsx")
    assert [cell.value for cell in book["未能安排"]["C"][2:]] == [None, "2026-07-13", "2026-07-13"]
    pipeline.deliver(settings, moment(MONDAY))
    assert {item["unmet"] for item in read(folder, "走访汇总_花园路街道")["unmet"]} == {"late", "no_village"}
    run(settings, "update followup.item set state = 'closed', ended_date = due_date")
    (folder / "第三社区" / "我填的.xlsx").touch()
    pipeline.deliver(settings, moment(MONDAY))
    assert [path.name for path in folder.rglob("*.*")] == ["我填的.xlsx"]


def test_on_a_holiday_only_the_urgent_are_gone_to(settings: Settings, monkeypatch: Any) -> None:
    workdays(settings)
    quick = dataclasses.replace(pace.pace(), households_a_day_in={f"{COUNTY}/花园路街道/第三社区": 2})
    monkeypatch.setattr("childledger.followup.plans.pace", lambda: quick)
    urgent = queue(settings, 3, due_date=MONDAY)
    normal = queue(settings, 2, severity="normal", due_date=FORTNIGHT)
    pipeline.deliver(settings, moment(date(2026, 7, 11)))
    days = {item["item_id"]: item["planned_date"] for item in village(settings)}
    assert [days[item] for item in (*urgent, *normal)] == ["2026-07-11"] * 2 + ["2026-07-13"] * 2 + ["2026-07-14"]


def test_a_plan_filled_in_offline_has_what_the_feed_needs(settings: Settings) -> None:
    workdays(settings)
    queue(settings, 1, township="../花园/路", village="=第三社区")
    pipeline.deliver(settings, moment(FRIDAY))
    folder = settings.queues / COUNTY / "_花园_路" / "=第三社区"
    sheet = openpyxl.load_workbook(folder / "走访计划_=第三社区.xlsx").active
    headings = [cell.value for cell in sheet[1]]
    contract = pipeline.contract_of(settings, "townships.visits")
    known = {heading for column in contract.columns for heading in column.headings} | set(contract.ignored_headings)
    assert set(headings) <= known
    cell = sheet.cell(2, headings.index("村（社区）") + 1)
    assert cell.value == "=第三社区" and cell.data_type != "f"  # text, never a formula


def test_ranks_above_read_a_digest_once_a_week_and_what_the_city_was_told_of(settings: Settings) -> None:
    workdays(settings)
    late, _ = queue(settings, due_date=FRIDAY), queue(settings, severity="normal", due_date=FORTNIGHT)
    run(settings, "update followup.item set state = 'closed', ended_date = due_date where severity = 'normal'")
    run(
        settings,
        "alter table followup.event disable trigger kept; update followup.event set happened_at = '2026-07-09'",
    )
    pipeline.deliver(settings, moment(date(2026, 7, 14)))
    county = settings.queues / COUNTY / "周报"
    city = settings.queues / "市级" / "410100"
    (told,) = read(county, "周报_2026年第28周")["counties"]
    counted = {name: told[name] for name in ("queued", "closed", "township", "county", "city", "open", "late", "unmet")}
    assert counted == {
        "queued": 2,
        "closed": 1,
        "township": 1,
        "county": 1,
        "city": 0,
        "open": 1,
        "late": 1,
        "unmet": 1,
    }
    assert read(city, "周报_2026年第28周")["counties"] == [told]
    assert [item["item_id"] for item in read(city, "督办清单_410100")["supervised"]] == late
    assert "学生0" not in "".join(path.read_text(encoding="utf-8") for path in settings.queues.glob("市级/**/*.json"))
    run(settings, "update followup.item set state = 'closed'")
    pipeline.deliver(settings, moment(date(2026, 7, 15)))
    assert read(county, "周报_2026年第28周")["counties"] == [told]  # what was told stays told
    assert read(city, "督办清单_410100")["supervised"] == []
