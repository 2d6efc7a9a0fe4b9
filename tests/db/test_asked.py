"""A child in need stays asked about until somebody who saw it answers: whatever moves, grows old or comes back."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

import office
from childledger import db, followup, ledger, pipeline
from childledger.errors import DutyMissed
from childledger.settings import Settings
from office import COUNTY, listed, survey, visit
from queued import DAY, moment, queue, rows, workdays

OTHER = "410102"
FLAGS = "select status from ledger.flag order by flag_id"
COUNTY_OF_FLAGS = "select county_code from ledger.flag"
REPORTS = "select state, county_code from followup.referral order by referral_id"


def ask(settings: Settings, day: date = date(2026, 7, 10), **need: str) -> dict[str, Any]:
    """One child in need and its item."""
    office.drop_survey(settings, [survey(1, **(need or {"guardian_status": "失联"}))])
    (item,) = listed(settings, day)
    return item


def anew(items: list[dict[str, Any]]) -> int:
    return sum(item["recheck"] is None for item in items)


def drop_elsewhere(settings: Settings, department: str, feed: str, row: dict[str, Any], name: str) -> None:
    office.drop(settings, department, f"{name}_{OTHER}_20260801.csv", office.as_csv(feed, [row]), OTHER)


def test_who_moved_nobody_knows_where_stays_asked_about_and_reported(settings: Settings) -> None:
    office.drop_visits(settings, [visit(ask(settings), visit_outcome="已搬走", verdict="")])
    (item,) = listed(settings, date(2026, 7, 12))
    assert item["unmet"] == "moved"
    assert rows(settings, "select left_reason from ledger.entry") == [("moved",)]
    assert rows(settings, REPORTS) == [("open", COUNTY)] * 2
    assert listed(settings, date(2027, 1, 2)) == []  # half a year on the evidence has gone, the duty has not
    with pytest.raises(DutyMissed, match=f"{COUNTY}: 1$"):
        pipeline.watch_duties(settings, date(2027, 1, 8))


@pytest.mark.parametrize("verdict", ["证据过期", "情况属实-已转介"])
@pytest.mark.parametrize(("column", "bad", "good"), [("guardian_status", "失联", "正常"), ("vagrancy", "是", "否")])
def test_a_need_that_ended_and_came_back_is_asked_about_once_more(
    settings: Settings, column: str, bad: str, good: str, verdict: str
) -> None:
    def seen(number: str, day: str, value: str) -> None:
        row = survey(1, survey_number=number, surveyed_on=f"{day[:4]}-{day[4:6]}-{day[6:]}", **{column: value})
        office.drop_survey(settings, [row], day)

    seen("A1", "20250620", bad)
    (item,) = listed(settings, date(2025, 7, 10))
    office.drop_visits(settings, [visit(item, verdict=verdict, visited_on="2025-07-11")], "20250711")
    assert listed(settings, date(2025, 7, 12)) == []
    seen("B1", "20251220", good)
    listed(settings, date(2025, 12, 21))
    seen("B2", "20260901", bad)
    assert anew(listed(settings, date(2026, 9, 2))) == 1
    office.drop_survey(settings, [survey(1, survey_number="B2", surveyed_on="2026-09-01", **{column: bad})], "20261001")
    assert anew(listed(settings, date(2026, 10, 2))) == 1
    assert len(rows(settings, FLAGS)) == 2


def test_an_old_list_that_comes_late_asks_nothing_anew(settings: Settings) -> None:
    office.drop_visits(settings, [visit(ask(settings))])
    assert listed(settings, date(2026, 7, 12)) == []
    for number, day in (("A1", "2026-03-01"), ("A2", "2026-05-01")):
        office.drop_survey(settings, [survey(1, survey_number=number, surveyed_on=day)], day.replace("-", ""))
    assert listed(settings, date(2026, 7, 13)) == [] and rows(settings, FLAGS) == [("confirmed",)]


def test_who_asks_for_help_again_is_seen_again_but_not_for_the_same_words_sent_twice(settings: Settings) -> None:
    item = ask(settings, self_referral="是")
    office.drop_visits(settings, [visit(item)])
    assert listed(settings, date(2026, 7, 12)) == []
    office.drop_survey(settings, [survey(1, self_referral="是")], "20260731")
    assert listed(settings, date(2026, 8, 1)) == []
    office.drop_survey(
        settings, [survey(1, survey_number="B1", surveyed_on="2026-08-20", self_referral="是")], "20260831"
    )
    assert anew(listed(settings, date(2026, 9, 1))) == 1


def test_two_surveys_of_one_day_do_not_outdo_each_other(settings: Settings) -> None:
    well, missing = (
        survey(1, survey_number=number, guardian_status=word) for number, word in (("A1", "正常"), ("A2", "失联"))
    )
    office.drop_survey(settings, [well, missing])
    assert len(listed(settings, date(2026, 7, 10))) == 1


@pytest.mark.parametrize("outcome", ["不在家", "拒访", "资料核对", "已搬走"])
def test_who_did_not_see_the_child_does_not_say_it_is_well(settings: Settings, outcome: str) -> None:
    office.drop_visits(settings, [visit(ask(settings), visit_outcome=outcome, verdict="证据过期")])
    listed(settings, date(2026, 7, 12))
    assert rows(settings, FLAGS) == [("open",)]


def test_a_village_answered_in_one_breath_is_not_answered(settings: Settings) -> None:
    days = (f"2026-06-{1 + number % 25:02d}" for number in range(1, 53))
    office.drop_survey(settings, [survey(n, guardian_status="失联", surveyed_on=day) for n, day in enumerate(days, 1)])
    items = listed(settings, date(2026, 7, 10))
    office.drop_visits(settings, [visit(item, verdict="证据过期") for item in items])
    assert len(listed(settings, date(2026, 7, 12))) == 52


@pytest.mark.parametrize("verdict", ["非本人(双胞胎/同名)", "同一人重复"])
def test_a_visit_that_met_another_child_leaves_the_question_to_a_person(settings: Settings, verdict: str) -> None:
    office.drop_visits(settings, [visit(ask(settings), verdict=verdict)])
    assert len(listed(settings, date(2026, 7, 12))) == 1
    with pytest.raises(DutyMissed, match=f"visits that met another child: 1 since 2026-07-12 00:00, {COUNTY}"):
        pipeline.watch_followup(settings, moment(date(2026, 7, 12)))


def test_what_grew_old_before_anybody_came_is_not_forgotten(settings: Settings) -> None:
    ask(settings, date(2026, 7, 1), guardian_status="失联", surveyed_on="2026-05-01")
    office.drop_pupils(settings, [office.pupil(1)], "20261010")
    assert listed(settings, date(2026, 11, 2)) == [] and rows(settings, FLAGS) == [("lapsed",)]
    assert rows(settings, REPORTS) == [("open", COUNTY)] * 2
    with pytest.raises(DutyMissed, match="urgent items that grew old unanswered: 1"):
        pipeline.watch_followup(settings, moment(date(2026, 11, 2)))
    with db.transaction(settings.database_url) as conn:
        assert [item["state"] for item in followup.list_items(conn, COUNTY)] == ["grown_old"]
    office.drop_survey(settings, [survey(1, survey_number="B1", surveyed_on="2026-11-10")], "20261110")
    listed(settings, date(2026, 11, 11))
    assert {state for state, _ in rows(settings, REPORTS)} == {"withdrawn"}
    pipeline.watch_followup(settings, moment(date(2026, 11, 11)))


def test_an_item_asked_again_has_a_new_deadline_and_is_escalated_anew(settings: Settings) -> None:
    ask(settings, date(2026, 7, 1), guardian_status="失联", surveyed_on="2026-05-01")
    listed(settings, date(2026, 7, 10))
    told = "select count(*) from followup.event where kind = 'escalated'"
    assert rows(settings, told) == [(3,)]
    office.drop_pupils(settings, [office.pupil(1)], "20261010")
    listed(settings, date(2026, 11, 2))
    office.drop_survey(
        settings, [survey(1, survey_number="B1", surveyed_on="2026-11-10", guardian_status="失联")], "20261110"
    )
    (item,) = listed(settings, date(2026, 11, 11))
    assert item["due_at"] > "2026-11-11" and item["standing_title"] == ""
    (item,) = listed(settings, date(2026, 11, 20))
    assert rows(settings, told) == [(6,)] and "市级督办" in item["standing_title"]


def test_one_row_from_elsewhere_takes_no_urgent_item_there_but_a_survey_does_with_its_report(
    settings: Settings,
) -> None:
    ask(settings)
    row = office.pupil(1) | {"vaccination_code": "411681201501000001", "vaccination_status": "按程序完成"}
    drop_elsewhere(settings, "cdc", "cdc.vaccination", row | {"residence_code": OTHER}, "预防接种")
    listed(settings, date(2026, 8, 2))
    assert rows(settings, COUNTY_OF_FLAGS) == [(COUNTY,)]
    there = {"residence_code": OTHER, "residence_since": "2026-07-20", "surveyed_on": "2026-08-01"}
    moved = survey(1, survey_number="B1", guardian_status="失联", **there)
    drop_elsewhere(settings, "civil_affairs", "civil_affairs.screening", moved, "入户摸排")
    listed(settings, date(2026, 8, 3))
    assert rows(settings, COUNTY_OF_FLAGS) == [(OTHER,)]
    assert {county for _, county in rows(settings, REPORTS)} == {OTHER}


def test_a_re_check_is_on_the_list_of_where_the_child_lives_now(settings: Settings) -> None:
    office.drop_visits(settings, [visit(ask(settings), verdict="证号错误", other_verdict="情况属实-已转介")])
    listed(settings, date(2026, 7, 12))
    there = {"residence_code": OTHER, "residence_since": "2026-07-20", "surveyed_on": "2026-08-01"}
    moved = survey(1, survey_number="B1", guardian_status="失联", **there)
    drop_elsewhere(settings, "civil_affairs", "civil_affairs.screening", moved, "入户摸排")
    assert listed(settings, date(2026, 9, 5)) == []
    assert [item["recheck"] for item in listed(settings, date(2026, 9, 5), OTHER)] == [1]
    with pytest.raises(DutyMissed, match=f"re-checks nobody made: 1 since 2026-09-10 00:00, {OTHER}"):
        pipeline.watch_followup(settings, moment(date(2026, 9, 11)))


def test_a_child_that_died_is_not_seen_again_and_one_seen_afterwards_did_not_die(settings: Settings) -> None:
    office.drop_visits(settings, [visit(ask(settings), verdict="情况属实-已转介")])
    listed(settings, date(2026, 7, 12))
    row = office.pupil(1) | {"registration_number": "JZ1", "permit_status": "注销", "cancel_reason": "死亡"}
    name = f"居住登记_{COUNTY}_20260801.csv"
    office.drop(settings, "public_security", name, office.as_csv("public_security.residence", [row]))
    assert listed(settings, date(2026, 9, 5)) == []
    assert rows(settings, "select left_reason from ledger.entry") == [("died",)]
    office.drop_survey(settings, [survey(1, survey_number="B1", surveyed_on="2026-09-06", vagrancy="是")], "20260906")
    assert len(listed(settings, date(2026, 9, 7))) == 2  # the new need, and the old one seen again
    assert rows(settings, "select county_code from ledger.custody where upper_inf(period)") == [(COUNTY,)]


def test_a_visit_counts_by_its_numbers_and_one_of_no_item_is_told(settings: Settings) -> None:
    office.drop_survey(settings, [survey(n, guardian_status="失联", name=f"张小{'明红刚'[n - 1]}") for n in (1, 2, 3)])
    by_name = {item["name"]: item for item in listed(settings, date(2026, 7, 10))}
    found = [
        visit(by_name["张小明"], name="欧阳晓东", verdict="姓名错误", other_verdict="情况属实-已转介"),
        visit(by_name["张小红"], birth_date="2014-01-01"),
        visit(by_name["张小刚"], item_id="99999", visit_outcome="不安全", verdict=""),
    ]
    office.drop_visits(settings, found)
    assert [item["name"] for item in listed(settings, date(2026, 7, 12))] == ["张小刚"]
    with pytest.raises(DutyMissed, match=f"outcomes of no item: 1 since 2026-07-12 00:00, {COUNTY}"):
        pipeline.watch_followup(settings, moment(date(2026, 7, 12)))
    pipeline.tell_senders(settings)
    (told,) = (settings.landing / "townships" / COUNTY / "receipts").glob("*作用.txt")
    assert "1 行走访结果对应不上任务" in told.read_text(encoding="utf-8")


def test_the_list_says_where_the_holidays_are_not_known(settings: Settings) -> None:
    office.drop_survey(settings, [survey(1, guardian_status="外出", surveyed_on="2026-11-20")], "20261120")
    (item,) = listed(settings, date(2026, 12, 24))
    assert item["due"] == "2027-01-07（节假日安排未公布）"
    assert ledger.rules().flags[item["flag_code"]].severity == "normal"


def test_the_city_reads_of_the_desk_too(settings: Settings) -> None:
    workdays(settings)
    queue(settings, 2, due_date=DAY)
    with db.transaction(settings.database_url) as conn:
        conn.execute(sa.text("update followup.item set queue = 'desk' where item_id = 2"))
    pipeline.deliver(settings, moment(date(2026, 7, 30)))
    city = json.loads((settings.queues / "市级" / "410100" / "督办清单_410100.json").read_text(encoding="utf-8"))
    assert [item["item_id"] for item in city["supervised"]] == [1, 2]


def test_a_number_nobody_gave_stops_no_other_row(settings: Settings) -> None:
    office.drop_survey(settings, [survey(number, guardian_status="失联") for number in (1, 2)])
    one, two = listed(settings, date(2026, 7, 10))
    office.drop_visits(settings, [visit(one, item_id="9" * 20), visit(two), visit(two, child_id=one["name"])])
    assert [item["item_id"] for item in listed(settings, date(2026, 7, 12))] == [one["item_id"]]
    codes = "select distinct code from intake.issue where severity = 'error' order by code"
    assert ("PATTERN_MISMATCH",) in rows(settings, codes)


def test_who_answers_late_for_what_grew_old_ends_the_alarm(settings: Settings) -> None:
    item = ask(settings, date(2026, 7, 1), guardian_status="失联", surveyed_on="2026-05-01")
    office.drop_pupils(settings, [office.pupil(1)], "20261010")
    listed(settings, date(2026, 11, 2))
    gone = visit(item, visit_outcome="已搬走", verdict="已返乡", visited_on="2026-11-03")
    office.drop_visits(settings, [gone], "20261103")
    listed(settings, date(2026, 11, 4))
    assert rows(settings, FLAGS) == [("dismissed",)]
    with pytest.raises(DutyMissed) as missed:
        pipeline.watch_followup(settings, moment(date(2026, 11, 4)))
    assert "grew old" not in str(missed.value) and "referrals nobody answered" in str(missed.value)


def test_of_a_child_on_the_street_nobody_need_know_where_it_is_registered_or_how_old_it_is(settings: Settings) -> None:
    unknown = {"hukou_code": "", "birth_date": "", "id_number": "", "guardian_name": "", "guardian_phone": ""}
    street = office.survey(1, name="无名氏甲", vagrancy="是", **unknown)
    grown = office.survey(3, name="无名氏乙", vagrancy="是", **unknown | {"birth_date": "2009-01-01"})
    office.drop_survey(settings, [street, office.survey(2, name="张小明", **unknown), grown])
    (item,) = listed(settings, date(2026, 7, 10))
    assert (item["flag_code"], item["name"], item["birth_date"]) == ("vagrancy", "无名氏甲", None)
    ((answer,),) = rows(settings, "select count(*) from intake.issue where code = 'REQUIRED_MISSING'")
    assert answer == 2  # whoever has a home has a register
    assert rows(settings, "select situation, count(*) from followup.referral group by situation") == [("danger", 2)]
    visit_row = office.visit(item, visited_on="2026-07-11") | {"birth_date": ""}
    office.drop_visits(settings, [visit_row], "20260711")
    assert listed(settings, date(2026, 7, 12)) == []
    assert rows(settings, "select status from ledger.flag") == [("confirmed",)]


def test_a_child_rescued_from_the_street_whose_home_nobody_knows_is_seen_by_the_rescuing_county(
    settings: Settings,
) -> None:
    row = {"approval_number": "JZ1", "name": "无名氏甲", "sex": "男", "assistance_type": "流浪救助"}
    row |= {"assistance_approved_on": "2026-06-29"}
    data = office.as_csv("civil_affairs.assistance", [row])
    office.drop(settings, "civil_affairs", f"救助保障对象_{COUNTY}_20260630.csv", data)
    (item,) = listed(settings, date(2026, 7, 10))
    assert (item["flag_code"], item["name"]) == ("vagrancy_rescue", "无名氏甲")
    assert rows(settings, "select county_code from followup.referral") == [(COUNTY,)] * 2
    office.drop_visits(settings, [office.visit(item, visited_on="2026-07-11") | {"birth_date": ""}], "20260711")
    assert listed(settings, date(2026, 7, 12)) == []
    assert rows(settings, "select status from ledger.flag") == [("confirmed",)]
    assert rows(settings, "select count(*), count(distinct child_id) from identity.member") == [(2, 1)]


def test_a_visit_is_of_the_street_child_it_names_also_where_the_name_is_none(settings: Settings) -> None:
    unknown = {"hukou_code": "", "birth_date": "", "id_number": "", "guardian_name": "", "guardian_phone": ""}
    other = office.survey(2, name="无名女孩", sex="女", vagrancy="是", **unknown)
    office.drop_survey(settings, [office.survey(1, name="无名男孩（火车站）", vagrancy="是", **unknown), other])
    items = {item["name"]: item for item in listed(settings, date(2026, 7, 10))}
    item = items["无名男孩（火车站）"]
    moved = {
        "birth_date": "",
        "visit_outcome": "已搬走",
        "verdict": "",
        "moved_to": "411681",
        "visited_on": "2026-07-11",
    }
    wrong = {"birth_date": "", "child_id": item["child_id"], "visited_on": "2026-07-10"}
    office.drop_visits(settings, [office.visit(item, **moved), office.visit(items["无名女孩"], **wrong)], "20260711")
    listed(settings, date(2026, 7, 12))
    named = f"select feed from ledger.sighting where child_id = {item['child_id']} and county_code = '411681'"
    assert rows(settings, named) == [("townships.visits",)]
    alone = "select count(*) from identity.member where route = 'alone' and source_record_id % 10000000 = 3"
    assert rows(settings, alone) == [(2,)]  # the other girl, and the row that names her under the boy's number
