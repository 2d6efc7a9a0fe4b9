"""Day plans: a household is one trip, a director has so many a day, the township is told what can't be done in time."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

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


ENTRY = """
    insert into ledger.entry (child_id, county_code, tier, stay, definition_version, entered_date)
    select child_id, residence_code, 'monitored', 1, '-', date '2025-01-01' from ledger.profile
"""
MOVED = """
    with receipt as (
        insert into intake.receipt (department, county_code, feed, file_name, sha256, sm3, byte_count, as_of_date)
        values ('townships', '410105', 'townships.visits', '-', '-', '', 0, :day) returning receipt_id
    ),
    record as (
        insert into conformed.source_record
            (source_record_id, receipt_id, line_number, feed, county_code, as_of_date, record_key)
        select receipt_id * 10000000 + 1, receipt_id, 1, 'townships.visits', '410105', :day, '-' from receipt
        returning source_record_id
    )
    insert into followup.visit (source_record_id, item_id, visited_date, outcome)
    select source_record_id, :item, :day, 'moved' from record
"""


def test_who_is_due_to_be_seen_again_is_seen_on_the_trip_of_the_household_or_after_all_tasks(
    settings: Settings,
) -> None:
    workdays(settings)
    asked, sibling = queue(settings, **MOTHER, severity="normal", due_date=FORTNIGHT), queue(settings, **MOTHER)
    others, elsewhere = queue(settings, 5, severity="normal", due_date=FORTNIGHT), queue(settings, village="第五社区")
    (alone,) = queue(settings, name="独自到期")
    routine = (*sibling, alone, *elsewhere)
    run(
        settings,
        "update followup.item set state = 'closed', ended_date = due_date where item_id = any(:i)",
        i=[*routine],
    )
    run(settings, ENTRY)
    run(settings, "update ledger.profile set last_seen_date = '2026-06-01'")
    pipeline.deliver(settings, moment(FRIDAY))
    folder = settings.queues / COUNTY / "花园路街道"
    plan = read(folder / "第三社区", "走访计划_第三社区")
    assert {item["item_id"] for item in plan["items"]} == {*asked, *others}
    with_task, without = plan["routine"]
    tasks = {item["item_id"]: item for item in plan["items"]}
    assert with_task["household"] == tasks[asked[0]]["household"]
    assert with_task["planned_date"] == tasks[asked[0]]["planned_date"]
    assert without["name"] == "独自到期" and without["planned_date"] >= max(
        item["planned_date"] for item in plan["items"]
    )
    assert [visit["planned_date"] for visit in read(folder / "第五社区", "走访计划_第五社区")["routine"]] == [
        "2026-07-10"
    ]
    book = openpyxl.load_workbook(folder / "第三社区" / "走访计划_第三社区.xlsx")
    assert book.sheetnames == ["走访计划", "例行走访"] and book["例行走访"].max_row == 4
    summary = read(folder, "走访汇总_花园路街道")
    assert (summary["unmet"], summary["routine_unmet"]) == ([], 3)
    run(settings, "update ledger.profile set last_seen_date = '2026-07-09'")
    pipeline.deliver(settings, moment(FRIDAY))
    assert not [*(folder / "第五社区").glob("走访*")]  # seen: nobody of that village is due within the plan
    run(settings, "update ledger.profile set last_seen_date = '2026-06-14' where residence_village = '第五社区'")
    pipeline.deliver(settings, moment(FRIDAY))
    (early,) = read(folder / "第五社区", "走访计划_第五社区")["routine"]
    assert early["planned_date"] == early["due_date"] == "2026-07-14"  # the director has time, but it is not its day


def test_who_was_found_to_have_moved_is_not_gone_to_again_until_somebody_tells_of_it(settings: Settings) -> None:
    workdays(settings)
    (gone,), (here,) = queue(settings), queue(settings)
    run(settings, MOVED, day=FRIDAY, item=gone)
    pipeline.deliver(settings, moment(MONDAY))
    assert {item["item_id"]: item["planned_date"] for item in village(settings)} == {gone: None, here: "2026-07-13"}
    told = read(settings.queues / COUNTY / "花园路街道", "走访汇总_花园路街道")["unmet"]
    assert {item["item_id"]: item["unmet"] for item in told}[gone] == "moved"
    run(settings, "update ledger.profile set last_evidence_date = '2026-07-12'")
    pipeline.deliver(settings, moment(MONDAY))
    assert {item["item_id"]: item["planned_date"] for item in village(settings)}[gone] == "2026-07-13"


RECHECKED = """
    insert into followup.recheck (item_id, number, due_date, due_basis)
    select item_id, 1, date '2026-07-22', 'official_calendar' from followup.item
"""
ENTERED = """
    insert into ledger.entry (child_id, county_code, tier, stay, definition_version, entered_date)
    select child_id, residence_code, 'monitored', 1, '-', date '2025-01-01' from ledger.profile
"""


def confirm(settings: Settings) -> None:
    run(settings, "update followup.item set state = 'closed', ended_date = due_date")
    run(
        settings,
        "update ledger.flag set status = 'confirmed', verdict = 'confirmed_referred', ended_date = raised_date",
    )


def test_who_is_only_seen_again_in_a_fortnight_does_not_go_before_a_child_in_need_today(settings: Settings) -> None:
    workdays(settings)
    queue(settings, 4, raised=date(2026, 5, 1), due_date=date(2026, 5, 2))
    confirm(settings)
    run(settings, RECHECKED)
    (new,) = queue(settings, raised=FRIDAY, due_date=FRIDAY)
    pipeline.deliver(settings, moment(FRIDAY))
    assert {item["item_id"]: item["planned_date"] for item in village(settings)}[new] == FRIDAY.isoformat()


def test_a_child_asked_about_in_two_counties_stands_once_on_each_list(settings: Settings) -> None:
    workdays(settings)
    queue(settings, raised=date(2026, 5, 1), due_date=date(2026, 5, 2))
    confirm(settings)
    run(settings, RECHECKED.replace("2026-07-22", "2026-07-13"))
    run(settings, ENTERED.replace("residence_code", "'410102'"))
    queue(settings, child_id=1, flag_code="vagrancy", raised=FRIDAY, due_date=FRIDAY)
    pipeline.deliver(settings, moment(FRIDAY))
    listed = [read(settings.queues / county, f"待走访名单_{county}")["items"] for county in (COUNTY, "410102")]
    assert [[item["recheck"] for item in items] for items in listed] == [[None], [1]]


def test_a_village_nobody_can_go_to_stops_no_other(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    workdays(settings)
    place = f"households_a_day_in: {{{COUNTY}/花园路街道/第五社区: 0}}"
    told = pace.FILE.read_text(encoding="utf-8").replace("households_a_day_in: {}", place)
    monkeypatch.setattr("childledger.followup.plans.pace", lambda: pace.read(told))
    queue(settings, village="第五社区", due_date=FORTNIGHT)
    queue(settings, due_date=FORTNIGHT)
    pipeline.deliver(settings, moment(FRIDAY))
    assert [item["unmet"] for item in village(settings, "第五社区")] == ["no_capacity"]
    assert village(settings)[0]["planned_date"] == FRIDAY.isoformat()


def test_a_child_no_village_is_known_of_is_named_to_its_township(settings: Settings) -> None:
    workdays(settings)
    queue(settings, name="无村可查", village=None)
    run(settings, "update followup.item set state = 'closed', ended_date = due_date")
    run(settings, ENTERED)
    run(settings, "update ledger.profile set last_seen_date = '2026-02-01'")
    pipeline.deliver(settings, moment(FRIDAY))
    told = read(settings.queues / COUNTY / "花园路街道" / "未登记", "走访计划_未登记")["routine"]
    assert [visit["name"] for visit in told] == ["无村可查"]


def test_brothers_and_sisters_in_two_villages_take_up_a_place_there_is(settings: Settings) -> None:
    workdays(settings)
    later = {"severity": "normal", "due_date": FORTNIGHT}
    queue(settings, township="乙街道", village="甲社区", raised=date(2026, 6, 1), **later, **MOTHER)
    queue(settings, township="甲街道", village="乙社区", raised=date(2026, 6, 1), **later, **MOTHER)
    queue(settings, 8, township="甲街道", village="乙社区", raised=date(2026, 5, 1), **later)
    pipeline.deliver(settings, moment(FRIDAY))
    days = [item["planned_date"] for item in village(settings, "乙社区", "甲街道")]
    assert max(days.count(day) for day in days) <= 4


def test_weeks_in_which_nothing_ran_have_their_digests(settings: Settings) -> None:
    workdays(settings)
    queue(settings, due_date=FRIDAY)
    for day in (FRIDAY, date(2026, 7, 27)):
        pipeline.deliver(settings, moment(day))
    written = {path.stem for path in (settings.queues / "市级").glob("周报_*.json")}
    assert written == {f"周报_2026年第{week}周" for week in (27, 28, 29, 30)}
