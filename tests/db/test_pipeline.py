"""File to queue on a real database: the ledger that comes out, and that running anything twice changes nothing."""

from __future__ import annotations

import io
import itertools
import json
from datetime import date
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

import office
from childledger import db, linkage, pipeline
from childledger.cli import main
from childledger.errors import CheckFailed, DutyMissed, LedgerError
from childledger.settings import Settings
from reviewers import NICKNAMES, stranger

DAY = date(2026, 7, 12)
LEDGER = """
    select profile.child_id, entry.county_code, entry.tier, entry.entered_date, flag.flag_code, flag.status, item.state
    from ledger.profile as profile
    left join ledger.entry as entry on entry.child_id = profile.child_id and entry.left_date is null
    left join ledger.flag as flag on flag.child_id = profile.child_id
    left join followup.item as item on item.flag_id = flag.flag_id
    order by profile.name, flag.flag_code, flag.flag_id
"""


def take_in(settings: Settings) -> None:
    for feed in pipeline.receive(settings):
        pipeline.ingest(settings, feed)


def all_stages(settings: Settings, day: date = DAY) -> dict[str, int]:
    take_in(settings)
    pipeline.resolve(settings)
    counts = pipeline.refresh(settings, day)
    pipeline.deliver(settings)
    return counts


def rows(settings: Settings, statement: str, **binds: Any) -> list[dict[str, Any]]:
    with db.transaction(settings.database_url) as conn:
        return [dict(row._mapping) for row in conn.execute(sa.text(statement), binds)]


def value(settings: Settings, statement: str, **binds: Any) -> Any:
    return next(iter(rows(settings, statement, **binds)[0].values()))


def ledger_without_ids(settings: Settings) -> list[tuple[Any, ...]]:
    return [tuple(row.values())[1:] for row in rows(settings, LEDGER)]


def delivered(settings: Settings) -> list[dict[str, Any]]:
    path = settings.queues / office.COUNTY / f"待走访名单_{office.COUNTY}.json"
    items: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["items"]
    return items


def test_file_to_ledger(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(n) for n in range(1, 6)])
    counts = all_stages(settings)
    assert counts["children"] == 5
    assert counts["candidates"] == 5  # cross-county, but a school roll does not prove six months
    receipt = rows(settings, "select verdict, physical_line_count, accepted_count, reported_at from intake.receipt")[0]
    assert (receipt["verdict"], receipt["physical_line_count"], receipt["accepted_count"]) == ("accepted", 6, 5)
    assert receipt["reported_at"]


def test_two_departments_make_one_child_and_six_months_make_it_monitored(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1), office.pupil(2)])
    office.drop_survey(settings, [office.survey(1), office.survey(2, residence_since="2026-05-01")])
    counts = all_stages(settings)
    assert (counts["children"], counts["monitored"], counts["candidates"]) == (2, 1, 1)
    assert value(settings, "select entered_date from ledger.entry where tier = 'monitored'") == date(2026, 6, 20)


def test_every_stage_twice_changes_nothing(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(n) for n in range(1, 4)])
    office.drop_survey(settings, [office.survey(1, vagrancy="是"), office.survey(2, self_referral="是")])
    all_stages(settings)
    before = rows(settings, LEDGER)
    receipts = rows(settings, "select receipt_id, feed from intake.receipt")
    for receipt in receipts:
        for stage in (*pipeline.PER_RECEIPT, *pipeline.PER_RECEIPT):
            pipeline.run_stage(settings, stage, receipt["feed"], receipt["receipt_id"])
        pipeline.report(settings, receipt["feed"], receipt["receipt_id"])
    pipeline.resolve(settings, anyway=True)
    pipeline.refresh(settings, DAY)
    pipeline.refresh(settings, DAY)
    assert pipeline.deliver(settings) == 0
    assert rows(settings, LEDGER) == before


def test_flags_reach_the_queue_once_however_often_the_same_is_told(settings: Settings) -> None:
    troubled = office.survey(1, vagrancy="是", guardian_status="失联", behaviour_concern="是", self_referral="是")
    office.drop_survey(settings, [troubled])
    assert all_stages(settings)["open_flags"] == 4
    codes = {item["flag_code"] for item in delivered(settings)}
    assert codes == {"vagrancy", "guardian_missing", "behaviour_concern", "self_referral"}
    for month in (1, 2, 3):  # the same told again is the same evidence
        again = troubled | {"survey_number": f"MP9{month}", "surveyed_on": f"2026-07-0{month}"}
        office.drop_survey(settings, [again], as_of=f"2026070{month}")
        assert all_stages(settings)["open_flags"] == 4
    assert value(settings, "select count(*) from followup.item") == 4


def test_changed_evidence_asks_again(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1, guardian_status="失联")])
    all_stages(settings)
    changed = office.survey(1, survey_number="MP2", surveyed_on="2026-07-01", guardian_status="服刑在押")
    office.drop_survey(settings, [changed], as_of="20260701")
    all_stages(settings)
    found = rows(settings, "select status, count(*) from ledger.flag group by status order by status")
    assert found == [{"status": "lapsed", "count": 1}, {"status": "open", "count": 1}]


@pytest.mark.parametrize(
    ("answer", "status", "state"),
    [
        ({}, "confirmed", "closed"),
        ({"verdict": "证据过期"}, "dismissed", "closed"),
        ({"visit_outcome": "已搬走", "verdict": "已返乡"}, "dismissed", "closed"),
        ({"verdict": "非本人（双胞胎/同名）", "birth_date": ""}, "open", "delivered"),
        ({"visit_outcome": "不在家", "verdict": ""}, "open", "delivered"),
    ],
)
def test_a_visit_answers_its_flag(settings: Settings, answer: dict[str, Any], status: str, state: str) -> None:
    office.drop_survey(settings, [office.survey(1, vagrancy="是")])
    all_stages(settings)
    office.drop_visits(settings, [office.visit(delivered(settings)[0], **answer)])
    all_stages(settings)
    found = rows(
        settings, "select flag.status, item.state, attempt_count from followup.item join ledger.flag using (flag_id)"
    )
    attempts = int(answer.get("visit_outcome", "已见到") != "已见到")
    assert found == [{"status": status, "state": state, "attempt_count": attempts}]
    assert value(settings, "select count(*) from followup.visit") == 1
    office.drop_survey(settings, [office.survey(1, survey_number="MP2", vagrancy="是")], suffix="_更正1")
    assert all_stages(settings)["open_flags"] == (1 if status == "open" else 0)  # the same evidence never asks twice


def test_a_visit_of_another_child_answers_nothing(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1, vagrancy="是"), office.survey(2)])
    all_stages(settings)
    other = value(settings, "select child_id from ledger.profile where name = :name", name=office.pupil(2)["name"])
    wrong = office.visit(delivered(settings)[0], child_id=other, name=office.pupil(2)["name"])
    office.drop_visits(settings, [wrong | {"birth_date": office.pupil(2)["birth_date"]}])
    assert all_stages(settings)["open_flags"] == 1


def test_a_visit_row_that_contradicts_its_child_waits_for_a_person(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1, vagrancy="是")])
    all_stages(settings)
    office.drop_visits(settings, [office.visit(delivered(settings)[0], name="另一个孩子")])
    assert all_stages(settings)["open_flags"] == 1
    assert value(settings, "select reason from identity.pair") == "stated_child_differs"


def test_a_filled_in_list_comes_back_as_it_is(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1, vagrancy="是")])
    all_stages(settings)
    path = settings.queues / office.COUNTY / f"待走访名单_{office.COUNTY}.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book.active
    columns = {cell.value: cell.column for cell in sheet[1]}
    for heading, answer in (("走访日期", "2026-07-11"), ("走访结果", "已见到"), ("核实结论", "情况属实-已转介")):
        sheet.cell(2, columns[heading]).value = answer
    filled = io.BytesIO()
    book.save(filled)
    office.drop(settings, "townships", f"走访结果_{office.COUNTY}_20260711.xlsx", filled.getvalue())
    assert all_stages(settings)["open_flags"] == 0


def test_a_judgement_outlives_a_correction_of_its_record(settings: Settings) -> None:
    survey = office.survey(1, id_number="", guardian_phone="", guardian_name="某某", name="学生壹")
    office.drop_pupils(settings, [office.pupil(1)])
    office.drop_survey(settings, [survey])
    all_stages(settings)
    left, right = (row["source_record_id"] for row in rows(settings, "select source_record_id from identity.member"))
    with db.transaction(settings.database_url) as conn:
        linkage.judge(conn, left, right, "SAME", "看过户口簿", "reviewer")
    assert all_stages(settings)["children"] == 1
    office.drop_survey(settings, [survey | {"address": "花园路2号"}], suffix="_更正1")
    assert all_stages(settings)["children"] == 1


def test_a_correction_stands_whatever_arrives_first(settings: Settings) -> None:
    first, corrected = [office.pupil(n) for n in (1, 2, 3)], [office.pupil(n) for n in (1, 2)]
    office.drop_pupils(settings, corrected, suffix="_更正1")
    take_in(settings)
    office.drop_pupils(settings, first)
    counts = all_stages(settings)
    assert counts["children"] == 2
    found = rows(settings, "select status, count(*) from conformed.source_record group by status order by status")
    assert found == [{"status": "in_force", "count": 2}, {"status": "superseded", "count": 3}]


def test_any_order_of_files_makes_the_same_ledger(
    settings: Settings, server: Any, template: str, tmp_path: Any
) -> None:
    import dataclasses

    import psycopg

    def files(target: Settings) -> list[Any]:
        return [
            lambda: office.drop_pupils(target, [office.pupil(n) for n in (1, 2, 3)]),
            lambda: office.drop_pupils(target, [office.pupil(n) for n in (1, 2, 4)], suffix="_更正1"),
            lambda: office.drop_survey(target, [office.survey(1, vagrancy="是"), office.survey(4)]),
            lambda: office.drop_survey(
                target, [office.survey(1, survey_number="MP9", surveyed_on="2026-06-25")], "20260629"
            ),
        ]

    outcomes = []
    for number, order in enumerate(itertools.permutations(range(4))):
        if number % 5:  # five of the 24 orders, spread over them; the nightly size runs all
            continue
        name = f"order_{number}"
        with psycopg.connect(server.admin_url, autocommit=True) as admin:
            admin.execute(f"create database {name} template {template}".encode())
        home = tmp_path / name
        target = dataclasses.replace(
            Settings.load({"CHILDLEDGER_HOME": str(home), "CHILDLEDGER_DATABASE_URL": server.url(name)}),
            settle_seconds=0,
        )
        for position in order:
            files(target)[position]()
            take_in(target)
        all_stages(target)
        outcomes.append(ledger_without_ids(target))
        db.engine(target.database_url).dispose()
    assert len(outcomes) == 5
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_the_same_bytes_make_one_receipt(settings: Settings) -> None:
    for _ in range(3):
        office.drop_pupils(settings, [office.pupil(1)])
        all_stages(settings)
    assert value(settings, "select count(*) from intake.receipt") == 1
    assert value(settings, "select count(*) from intake.delivery") == 3
    statement = rows(settings, "select statement from ledger.refresh where is_head")[0]["statement"]
    assert [line["difference"] for line in statement] == [0] * len(statement)


def test_children_keep_their_number_when_records_are_added(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(n) for n in (1, 2)])
    all_stages(settings)
    before = rows(settings, "select name, child_id from ledger.profile order by name")
    office.drop_survey(settings, [office.survey(1), office.survey(2), office.survey(3)])
    all_stages(settings)
    after = rows(settings, "select name, child_id from ledger.profile order by name")
    assert [row for row in after if row in before] == before


def test_people_overrule_the_machine_and_stay_obeyed(settings: Settings) -> None:
    one = office.pupil(1)
    office.drop_pupils(settings, [one])
    office.drop_survey(settings, [stranger(1, id_number="")])
    assert all_stages(settings)["children"] == 2
    left, right = (
        row["source_record_id"] for row in rows(settings, "select source_record_id from identity.member order by 1")
    )
    for verdict, children in (("SAME", 1), ("DIFFERENT", 2), ("SAME", 1)):
        with db.transaction(settings.database_url) as conn:
            linkage.judge(conn, left, right, verdict, "看过户口簿", "reviewer")
        for _ in range(2):
            pipeline.resolve(settings, anyway=True)
            assert pipeline.refresh(settings, DAY)["children"] == children
    kinds = [row["kind"] for row in rows(settings, "select kind from identity.event order by event_id")]
    assert kinds == ["create", "create", "merge", "split", "merge"]


def test_a_broken_check_rolls_everything_back_and_names_itself(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1, vagrancy="是")])
    all_stages(settings)
    head = value(settings, "select refresh_id from ledger.refresh where is_head")
    with db.transaction(settings.database_url) as conn:
        conn.execute(sa.text("update intake.receipt set physical_line_count = physical_line_count + 1"))
    with pytest.raises(CheckFailed, match=r"lines = headers and blanks \+ accepted \+ rejected differs by 1"):
        pipeline.refresh(settings, DAY)
    assert value(settings, "select refresh_id from ledger.refresh where is_head") == head


def test_sixteen_and_expiry_end_an_entry_with_their_reason(settings: Settings) -> None:
    born = office.survey(1, birth_date="2010-08-01", id_number=office.resident_id("411681", "20100801", 11), sex="男")
    office.drop_survey(settings, [born, office.survey(2)])
    assert all_stages(settings)["monitored"] == 2
    pipeline.refresh(settings, date(2026, 8, 1))
    assert value(settings, "select left_reason from ledger.entry where left_date is not null") == "turned_16"
    pipeline.refresh(settings, date(2026, 12, 20))  # six months after the survey
    reasons = {row["left_reason"] for row in rows(settings, "select left_reason from ledger.entry")}
    assert reasons == {"turned_16", "evidence_expired"}


def test_a_withdrawn_file_leaves_the_ledger_as_if_it_had_never_come(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(n) for n in (1, 2)])
    all_stages(settings)
    before = ledger_without_ids(settings)
    office.drop_survey(settings, [office.survey(n, vagrancy="是") for n in (1, 3)])
    all_stages(settings)
    assert ledger_without_ids(settings) != before
    told = value(settings, "select max(receipt_id) from intake.receipt")
    pipeline.withdraw(settings, told, "报错了文件", "officer")
    assert all_stages(settings)["open_items"] == 0
    after = [row[:4] for row in ledger_without_ids(settings) if row[4] in (None, "withdrawn")]
    assert [row[:3] for row in after] == [row[:3] for row in before]
    found = rows(settings, "select status, count(*) from conformed.source_record group by status order by status")
    assert found == [{"status": "in_force", "count": 2}, {"status": "withdrawn", "count": 2}]
    assert "已撤回" in (settings.reports / "2026H1" / f"{told}.html").read_text(encoding="utf-8")
    assert pipeline.ingest(settings, "civil_affairs.screening") == []  # the sender and the auditors were told


def test_withdrawing_a_correction_brings_back_what_it_corrected(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(n) for n in (1, 2)])
    office.drop_pupils(settings, [office.pupil(1)], suffix="_更正1")
    assert all_stages(settings)["children"] == 1
    correction = value(settings, "select receipt_id from intake.receipt where revision = 1")
    pipeline.withdraw(settings, correction, "报错了文件", "officer")
    assert all_stages(settings)["children"] == 2
    office.drop_pupils(settings, [office.pupil(1)], suffix="_更正1")  # sent again after all: a new file, not a repeat
    assert all_stages(settings)["children"] == 1


def test_the_ledger_is_never_taken_back(settings: Settings) -> None:
    all_stages(settings)
    with pytest.raises(LedgerError, match="never taken back"):
        pipeline.refresh(settings, date(2026, 7, 1))


def test_no_clerk_takes_the_ledger_to_a_day_to_come(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHILDLEDGER_HOME", str(settings.home))
    monkeypatch.setenv("CHILDLEDGER_DATABASE_URL", settings.database_url)
    all_stages(settings)
    assert main(["refresh", "--as-of", "2999-01-01"]) == LedgerError.exit_code
    assert value(settings, "select as_of_date from ledger.refresh where is_head") == DAY


def test_the_six_month_clock_warns_and_then_fails(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1)])
    all_stages(settings)
    assert pipeline.watch_duties(settings, DAY) == []
    assert pipeline.watch_duties(settings, date(2026, 11, 20)) == [
        "410105: 1 children without new evidence for 150 days"
    ]
    late = date(2026, 12, 21)
    pipeline.refresh(settings, late)
    with pytest.raises(DutyMissed, match=r"410105: 1$"):
        pipeline.watch_duties(settings, late)


def test_flags_survive_merges_of_children_who_have_the_same(settings: Settings) -> None:
    """Three numbers, two of them flagged alike, turn out to be one child: one flag, one item, nobody asked twice."""
    office.drop_pupils(settings, [office.pupil(1)])
    unknown = {"id_number": "", "vagrancy": "是"}
    office.drop_survey(settings, [stranger(1, survey_number=f"MP{n}", name=n, **unknown) for n in NICKNAMES[:2]])
    assert all_stages(settings)["open_items"] == 2
    records = [
        row["source_record_id"] for row in rows(settings, "select source_record_id from identity.member order by 1")
    ]
    with db.transaction(settings.database_url) as conn:
        for other in records[1:]:
            linkage.judge(conn, records[0], other, "SAME", "看过户口簿", "reviewer")
    counts = all_stages(settings)
    assert (counts["children"], counts["open_flags"], counts["open_items"]) == (1, 1, 1)
    found = rows(settings, "select status, count(*) from ledger.flag group by status order by status")
    assert found == [{"status": "lapsed", "count": 1}, {"status": "open", "count": 1}]


def test_line_ends_within_a_cell_stay_as_sent(settings: Settings) -> None:
    """Both kinds, from a workbook cell through every stage; a lone CR must be quoted on its way into the database."""
    sent = {1: "花园路\r1号", 2: "花园路\n2号", 3: "花园路\r\n3号", 4: '花园路"4",号'}
    book, content = openpyxl.Workbook(), io.BytesIO()
    columns = office.contract("education.enrolment").columns
    book.active.append([column.heading for column in columns])
    for number, address in sent.items():
        row = office.pupil(number, address=address.replace("\r", "_x000D_"))  # how Excel writes a carriage return
        book.active.append([row.get(column.name, "") for column in columns])
    book.save(content)
    office.drop(settings, "education", f"学籍信息_{office.COUNTY}_{office.AS_OF}.xlsx", content.getvalue())
    all_stages(settings)
    kept = rows(settings, "select address from conformed.source_record order by source_record_id")
    assert [row["address"] for row in kept] == list(sent.values())
