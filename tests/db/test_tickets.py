"""Correction tickets: what a visit found wrong goes back to who sent it, once, until their own file settles it."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

import office
from childledger import contracts, db, linkage, messages, pipeline, tickets, trace
from childledger.errors import LedgerError
from childledger.settings import INCLUDE, Settings

DAY = date(2026, 7, 12)
LATER = date(2026, 8, 3)
NO_ID: dict[str, Any] = {"id_number": ""}


def run(settings: Settings, day: date = DAY) -> dict[str, int]:
    """Every stage, as the DAGs string them."""
    for feed in pipeline.receive(settings):
        pipeline.ingest(settings, feed)
    pipeline.resolve(settings)
    pipeline.refresh(settings, day)
    pipeline.deliver(settings)
    return pipeline.tell_senders(settings)


def rows(settings: Settings, statement: str) -> list[dict[str, Any]]:
    with db.transaction(settings.database_url) as conn:
        return [dict(row._mapping) for row in conn.execute(sa.text(statement))]


def statuses(settings: Settings) -> dict[str, int]:
    return {
        row["status"]: row["count"]
        for row in rows(settings, "select status, count(*) as count from tickets.ticket group by status")
    }


def zone(settings: Settings, department: str = "education", county: str = office.COUNTY) -> Path:
    return settings.landing / department / county / "receipts"


def listed(settings: Settings, department: str = "education") -> list[dict[str, Any]]:
    """Tickets in a department's list; nothing when there is no list."""
    found = sorted(zone(settings, department).glob("更正通知_*.json"))
    assert len(found) <= 1
    return json.loads(found[0].read_text(encoding="utf-8"))["tickets"] if found else []


def words_of(path: Path) -> str:
    """All text of a file, that of a workbook unpacked."""
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8-sig")
    with zipfile.ZipFile(path) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


def items(settings: Settings) -> list[dict[str, Any]]:
    path = settings.queues / office.COUNTY / f"待走访名单_{office.COUNTY}.json"
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["items"]
    return found


def right(number: int) -> dict[str, Any]:
    """The same pupil under the number of the household register."""
    wrong = office.pupil(number)
    digits = wrong["id_number"]
    sequence = (int(digits[14:17]) + 500) % 1000
    return wrong | {"id_number": office.resident_id("411681", digits[6:14], sequence)}


def flag(settings: Settings, numbers: range) -> None:
    """Pupils whose school has a wrong number, found vagrant by a survey that has none."""
    office.drop_pupils(settings, [office.pupil(n) for n in numbers])
    office.drop_survey(settings, [office.survey(n, vagrancy="是", **NO_ID) for n in numbers])
    run(settings)


def answer(settings: Settings, verdict: str, **changes: Any) -> None:
    office.drop_visits(settings, [office.visit(item, verdict=verdict, **changes) for item in items(settings)])
    run(settings)


def test_fifty_wrong_rows_forty_fixed_ten_reminded_none_flagged_again(settings: Settings) -> None:
    numbers = range(1, 51)
    flag(settings, numbers)
    assert len(items(settings)) == 50
    answer(settings, "证号错误", other_verdict="情况属实-已转介")
    assert statuses(settings) == {"open": 50}
    flags = rows(settings, "select flag_id, child_id, status from ledger.flag order by flag_id")
    office.drop_pupils(settings, [right(n) if n <= 40 else office.pupil(n) for n in numbers], as_of="20260731")
    run(settings, LATER)
    assert statuses(settings) == {"fixed": 40, "not_fixed": 10}
    assert {ticket["reminder_count"] for ticket in listed(settings)} == {1} and len(listed(settings)) == 10
    assert rows(settings, "select flag_id, child_id, status from ledger.flag order by flag_id") == flags
    assert rows(settings, "select count(*) as open from followup.item where state in ('queued', 'delivered')") == [
        {"open": 0}
    ]
    assert rows(settings, "select count(*) as children from ledger.profile") == [{"children": 50}]


def test_a_name_mended_by_one_department_first_leaves_one_child(settings: Settings) -> None:
    """Two departments and the visit say the old name; the first correction must not make two children of one."""
    office.drop_pupils(settings, [office.pupil(1, name="学生伊")])
    office.drop_survey(settings, [office.survey(1, name="学生伊", vagrancy="是")])
    run(settings)
    answer(settings, "姓名错误")
    assert [len(listed(settings, department)) for department in ("education", "civil_affairs")] == [1, 1]
    flags = rows(settings, "select flag_id, child_id, status from ledger.flag")
    office.drop_pupils(settings, [office.pupil(1)], as_of="20260731")
    for _ in range(2):
        run(settings, LATER)
        assert statuses(settings) == {"fixed": 1, "open": 1}
        assert rows(settings, "select count(distinct child_id) as n from identity.member") == [{"n": 1}]
        assert rows(settings, "select flag_id, child_id, status from ledger.flag") == flags
        pipeline.resolve(settings, anyway=True)
    assert rows(settings, "select name from ledger.profile") == [{"name": office.pupil(1)["name"]}]


def test_a_ticket_speaks_in_the_departments_own_terms(settings: Settings) -> None:
    flag(settings, range(1, 3))
    answer(settings, "证号错误")
    first, second = listed(settings)
    assert (first["file_name"], first["line"], second["line"]) == ("学籍信息_410105_20260630.csv", 2, 3)
    number = office.pupil(1)["school_roll_number"]
    assert (first["key_heading"], first["key"]) == (
        "学籍号",
        f"G411681********{number[-4:]}",
    )  # an identity number within
    assert (first["column"], first["code"], first["status"]) == ("身份证件号", "id_wrong", "open")
    assert first["due_date"] == "2026-07-24"  # ten working days after Sunday 12 July
    book = next(zone(settings).glob("更正通知_410105_*.xlsx"))
    header, *table = openpyxl.load_workbook(io.BytesIO(book.read_bytes()))["更正通知"].iter_rows()
    told = dict(zip([cell.value for cell in header], [cell.value for cell in table[0]], strict=True))
    assert (told["文件名"], told["行号"], told["状态"]) == ("学籍信息_410105_20260630.csv", "2", "待更正")
    assert told["贵单位编号"] == number
    assert {cell.data_type for row in table for cell in row} <= {"s", "inlineStr"}
    assert not listed(settings, "civil_affairs")  # the survey gave no number, so it is not asked about one


def test_rules_and_texts_name_what_the_contracts_know() -> None:
    """Every verdict asked about is one a visitor can give, every feed has the column, every code has its words."""
    known = contracts.load_all(INCLUDE / "feeds")
    verdicts = set(known["townships.visits"].column("verdict").lookup.values())
    assert {one.code for one in tickets.rules().visits} <= verdicts
    assert {*(one.code for one in tickets.rules().visits), "departments_differ"} == set(messages.TICKETS)
    for one in tickets.rules().visits:
        targets = (f"person.{one.column_name}", f"fact.{one.column_name}")
        assert not one.column_name or any(known[one.feed].becoming(target) for target in targets), one
    assert set(tickets.rules().compared_feeds) <= set(known) - {"townships.visits"}


def test_running_again_changes_no_byte_and_opens_nothing(settings: Settings) -> None:
    flag(settings, range(1, 4))
    answer(settings, "证号错误")
    before = rows(settings, "select * from tickets.ticket order by ticket_id")
    files = {path: path.read_bytes() for path in settings.landing.rglob("receipts/*")}
    stamps = {path: path.stat().st_mtime_ns for path in files}
    assert pipeline.tell_senders(settings)["effects_told"] == 0
    pipeline.refresh(settings, DAY)
    pipeline.tell_senders(settings)
    assert rows(settings, "select * from tickets.ticket order by ticket_id") == before
    assert {path: path.read_bytes() for path in settings.landing.rglob("receipts/*")} == files
    assert {path: path.stat().st_mtime_ns for path in files} == stamps


def test_the_list_goes_when_the_last_ticket_is_fixed(settings: Settings) -> None:
    flag(settings, range(1, 3))
    answer(settings, "证号错误")
    assert list(zone(settings).glob("更正通知_*"))
    office.drop_pupils(settings, [right(1), right(2)], suffix="_更正1")
    run(settings, LATER)
    assert statuses(settings) == {"fixed": 2} and not list(zone(settings).glob("更正通知_*"))
    pipeline.resolve(settings, anyway=True)
    run(settings, LATER)
    assert statuses(settings) == {"fixed": 2}  # without new evidence it stays fixed
    assert rows(settings, "select distinct fixed_receipt_id from tickets.ticket") == [{"fixed_receipt_id": 4}]


def test_the_same_bytes_again_are_no_reminder_and_a_repeated_value_is(settings: Settings) -> None:
    flag(settings, range(1, 2))
    answer(settings, "证号错误")
    office.drop_pupils(settings, [office.pupil(1)])
    run(settings)
    assert statuses(settings) == {"open": 1}
    for month, reminders in (("20260731", 1), ("20260831", 2)):
        office.drop_pupils(settings, [office.pupil(1)], as_of=month)
        run(settings, date(2026, 9, 2))
        (ticket,) = listed(settings)
        assert (ticket["status"], ticket["reminder_count"]) == ("not_fixed", reminders)
        assert ticket["file_name"] == f"学籍信息_410105_{month}.csv"
    assert "第 2 次提醒" in ticket["state"]


def test_a_file_that_leaves_the_row_out_or_blank_fixes_no_number(settings: Settings) -> None:
    flag(settings, range(1, 3))
    answer(settings, "证号错误")
    office.drop_pupils(settings, [office.pupil(1, **NO_ID)], as_of="20260731")
    run(settings, LATER)
    assert statuses(settings) == {"open": 2}


def test_a_dead_child_is_settled_by_the_row_that_ends(settings: Settings) -> None:
    flag(settings, range(1, 3))
    answer(settings, "已死亡")
    assert [(ticket["column"], ticket["code"]) for ticket in listed(settings)] == [("整行", "died")] * 2
    assert not listed(settings, "civil_affairs")  # a survey stays true of its day
    faulty = [office.pupil(2), office.pupil(3, name="")]
    office.drop_pupils(settings, faulty, as_of="20260731")
    run(settings, LATER)
    assert statuses(settings) == {"open": 1, "not_fixed": 1}  # a held-back row may be the one left out
    office.drop_pupils(settings, [office.pupil(2), office.pupil(3)], as_of="20260731", suffix="_更正1")
    run(settings, LATER)
    assert statuses(settings) == {"fixed": 1, "not_fixed": 1}


def test_withdrawn_evidence_and_withdrawn_rows_withdraw_the_ticket(settings: Settings) -> None:
    flag(settings, range(1, 3))
    answer(settings, "证号错误")
    visits = rows(settings, "select receipt_id from intake.receipt where feed = 'townships.visits'")[0]["receipt_id"]
    pipeline.withdraw(settings, visits, "报错了", "officer")
    run(settings)
    assert statuses(settings) == {"withdrawn": 2} and not list(zone(settings).glob("更正通知_*"))


def test_a_corrected_visit_takes_its_ticket_with_it(settings: Settings) -> None:
    flag(settings, range(1, 3))
    found = items(settings)
    office.drop_visits(settings, [office.visit(item, verdict="证号错误") for item in found])
    run(settings)
    told = [office.visit(found[0], verdict="证号错误"), office.visit(found[1], verdict="情况属实-已保障")]
    office.drop_visits(settings, told, suffix="_更正1")
    run(settings)
    assert statuses(settings) == {"open": 1, "withdrawn": 1}


def test_a_fix_taken_back_is_asked_about_again(settings: Settings) -> None:
    flag(settings, range(1, 2))
    answer(settings, "证号错误")
    office.drop_pupils(settings, [right(1)], as_of="20260731")
    run(settings, LATER)
    assert statuses(settings) == {"fixed": 1}
    pipeline.withdraw(
        settings, rows(settings, "select max(receipt_id) as last from intake.receipt")[0]["last"], "报错了", "officer"
    )
    run(settings, LATER)
    assert statuses(settings) == {"open": 1}


def test_a_contested_ticket_waits_for_an_officer(settings: Settings) -> None:
    flag(settings, range(1, 4))
    answer(settings, "证号错误")
    with pytest.raises(LedgerError, match=r"no ticket \[99\]"):
        pipeline.contest(settings, 99, "号码无误", "学籍岗")
    with pytest.raises(LedgerError, match="no ticket"):
        pipeline.settle_ticket(settings, 1, "dropped", "看过户口簿", "民政")
    for number in (1, 2):
        pipeline.contest(settings, number, "号码无误", "学籍岗")
    run(settings)
    assert statuses(settings) == {"contested": 2, "open": 1}
    assert [ticket["state"] for ticket in listed(settings)][:2] == ["已申诉，待核定"] * 2
    told = trace.tickets(settings, office.COUNTY).splitlines()
    assert told[1].startswith("  ticket_id=1  status=contested") and "contested_by=学籍岗" in told[1]
    assert "学籍信息_410105_20260630.csv:2" in told[1] and office.pupil(1)["school_roll_number"] not in str(told)
    assert trace.tickets(settings, "410102").splitlines() == ["tickets", "  none"]
    pipeline.settle_ticket(settings, 1, "dropped", "看过户口簿", "民政")
    pipeline.settle_ticket(settings, 2, "upheld", "号码确实有误", "民政")
    for _ in range(2):
        run(settings, LATER)
        assert statuses(settings) == {"dropped": 1, "open": 2}
    due = rows(settings, "select due_date from tickets.ticket where ticket_id in (2, 3) order by ticket_id")
    assert due[0]["due_date"] >= due[1]["due_date"]
    answers = rows(settings, "select outcome, contested_by, settled_by from tickets.contest order by contest_id")
    assert answers == [
        {"outcome": outcome, "contested_by": "学籍岗", "settled_by": "民政"} for outcome in ("dropped", "upheld")
    ]


def judge_same(settings: Settings) -> None:
    """A reviewer joins the only two records there are."""
    left, right_ = (
        row["id"] for row in rows(settings, "select source_record_id as id from identity.member order by 1")
    )
    with db.transaction(settings.database_url) as conn:
        linkage.judge(conn, left, right_, "SAME", "看过户口簿", "reviewer")
    run(settings)
    assert rows(settings, "select count(distinct child_id) as n from identity.member") == [{"n": 1}]


def test_departments_that_differ_ask_only_the_one_nobody_supports(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1, birth_date="2015-02-16")])
    office.drop_survey(settings, [office.survey(1)])
    run(settings)
    judge_same(settings)
    (ticket,) = listed(settings)
    assert (ticket["column"], ticket["code"], ticket["line"]) == ("出生日期", "departments_differ", 2)
    assert not listed(settings, "civil_affairs")  # the identity number supports what it says
    assert "2015" not in db.json({**ticket, "key": ""})
    office.drop_pupils(settings, [office.pupil(1)], suffix="_更正1")
    run(settings)
    assert statuses(settings) == {"fixed": 1} and not listed(settings)


def test_a_doubt_no_evidence_decides_makes_no_ticket(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1, birth_date="2015-02-16", **NO_ID)])
    office.drop_survey(settings, [office.survey(1, **NO_ID)])
    run(settings)
    judge_same(settings)
    assert statuses(settings) == {}


def test_no_zone_tells_of_another_department(settings: Settings) -> None:
    """The survey says an address and a guardian nobody else may see; the school hears only of its own row."""
    secret = {"name": office.SENTINEL["name"], "id_number": office.resident_id("411681", "20150215", 771), "sex": "男"}
    child = office.pupil(1, **secret)
    own = {"address": office.SENTINEL["address"], "guardian_name": office.SENTINEL["guardian"]}
    office.drop_pupils(settings, [child])
    office.drop_survey(settings, [office.survey(1, child, vagrancy="是", birth_date="2015-02-17", **own)])
    run(settings)
    judge_same(settings)
    assert {ticket["code"] for ticket in listed(settings, "civil_affairs")} == {"departments_differ"}
    answer(settings, "证号错误", birth_date="")
    assert {ticket["code"] for ticket in listed(settings)} == {"id_wrong"}
    assert {ticket["code"] for ticket in listed(settings, "civil_affairs")} == {"id_wrong", "departments_differ"}
    school = {path.name: words_of(path) for path in zone(settings).iterdir()}
    foreign = [*own.values(), "2015-02-17", "MP000001", "civil_affairs", "入户摸排"]
    assert not [(name, word) for name, text in school.items() for word in foreign if word in text]
    survey = {path.name: words_of(path) for path in zone(settings, "civil_affairs").iterdir()}
    foreign = [child["school_roll_number"], "education", "学籍信息"]
    assert not [(name, word) for name, text in survey.items() for word in foreign if word in text]
    lists = [(name, text) for files in (school, survey) for name, text in files.items() if name.startswith("更正通知")]
    assert len(lists) == 4
    assert not [name for name, text in lists if office.SENTINEL["name"] in text]
    assert not [name for name, text in lists if name.endswith(".json") and secret["id_number"] in text]


def test_a_supplement_leaves_what_the_whole_file_says_and_fixes_what_it_mends(settings: Settings) -> None:
    flag(settings, range(1, 4))
    office.drop_pupils(settings, [office.pupil(9)], suffix="_补报1")  # clean, and of none of them
    run(settings)
    answer(settings, "证号错误")
    assert statuses(settings) == {"open": 3}
    office.drop_pupils(settings, [right(1)], suffix="_补报2")
    run(settings)
    assert statuses(settings) == {"fixed": 1, "open": 2}
    assert rows(settings, "select fixed_receipt_id as r from tickets.ticket where status = 'fixed'") == [{"r": 5}]
    office.drop_pupils(settings, [office.pupil(2)], suffix="_补报3")
    run(settings)
    assert statuses(settings) == {"fixed": 1, "not_fixed": 1, "open": 1}


def test_a_supplement_settles_no_row_to_be_removed(settings: Settings) -> None:
    flag(settings, range(1, 3))
    answer(settings, "已死亡")
    office.drop_pupils(settings, [office.pupil(2)], suffix="_补报1")
    run(settings)
    office.drop_pupils(settings, [office.pupil(9)], as_of="20260731", suffix="_补报1")
    run(settings, LATER)
    assert statuses(settings) == {"open": 1, "not_fixed": 1}
    office.drop_pupils(settings, [office.pupil(9)], as_of="20260731")
    run(settings, LATER)
    assert statuses(settings) == {"fixed": 2}


def test_a_supplement_alone_is_still_said(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1)], suffix="_补报1")
    office.drop_survey(settings, [office.survey(1, vagrancy="是", **NO_ID)])
    run(settings)
    answer(settings, "证号错误")
    assert statuses(settings) == {"open": 1}


def test_a_supplement_that_counts_only_later_fixes_the_row_all_the_same(settings: Settings) -> None:
    """It came before the file its ticket was opened on, and waited: its name says that it is the later word."""
    flag(settings, range(1, 2))
    (item,) = items(settings)
    office.drop_pupils(settings, [right(1)], suffix="_补报1")
    pipeline.receive(settings)
    office.drop_pupils(settings, [office.pupil(1), office.pupil(2)])
    office.drop_visits(settings, [office.visit(item, verdict="证号错误")])
    pipeline.receive(settings)
    for receipt_id, feed in ((4, "education.enrolment"), (5, "townships.visits")):
        for stage in pipeline.PER_RECEIPT:
            pipeline.run_stage(settings, stage, feed, receipt_id)
    pipeline.resolve(settings)
    pipeline.refresh(settings, DAY)
    pipeline.tell_senders(settings)
    assert rows(settings, "select opened_receipt_id as r from tickets.ticket") == [{"r": 4}]
    pipeline.ingest(settings, "education.enrolment")
    run(settings)
    assert statuses(settings) == {"fixed": 1}
