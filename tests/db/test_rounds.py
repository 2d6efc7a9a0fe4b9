"""Rounds open by the calendar, tell what keeps them open, and account for every file down to the queue item."""

from __future__ import annotations

from datetime import date

import pytest

import office
from childledger import db, pipeline, places, rounds, signoff
from childledger.settings import Settings
from halfyear import DAY, OFFICER, ROUND, account, complete, drop_aid, ingest, reasons, rows, send_nil, take_in

COUNTIES = len(places.counties())


def test_rounds_open_on_their_day_whenever_somebody_looks(settings: Settings) -> None:
    assert signoff.keep(settings, date(2026, 6, 30)) == {"running": COUNTIES}
    # nobody looked for seven months
    assert signoff.keep(settings, date(2027, 1, 31)) == {"running": COUNTIES, "due": COUNTIES, "late": COUNTIES}
    opened = "select distinct round_name, opened_on, last_day, due_on from rounds.round order by 1"
    assert rows(settings, opened) == [
        ("2026H1", date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 30)),
        ("2026H2", date(2026, 7, 1), date(2026, 12, 31), date(2027, 2, 1)),
        ("2027H1", date(2027, 1, 1), date(2027, 6, 30), date(2027, 7, 30)),
    ]
    found = signoff.list_rounds(settings, date(2026, 7, 30), ROUND)
    assert {(s.state, s.days_left) for s in found} == {("due", 0)}  # as it was then


def test_an_account_adds_up_by_cause(settings: Settings) -> None:
    at_home = office.pupil(5, hukou_code=office.COUNTY)
    office.drop_pupils(settings, [office.pupil(1), office.pupil(2), office.pupil(3, name=""), at_home])
    office.drop_survey(settings, [office.survey(1, vagrancy="是", self_referral="是"), office.survey(6)])
    drop_aid(settings, 7, residence_code="110101")
    take_in(settings)
    office.drop_pupils(settings, [office.pupil(1), at_home], suffix="_更正1")
    office.drop(settings, "education", f"学籍信息_{office.COUNTY}_20260601.csv", "甲,乙\r\n1,2\r\n".encode())
    office.drop_survey(settings, [office.survey(1, vagrancy="是", self_referral="是"), office.survey(6)])
    take_in(settings)
    told = account(settings)
    steps = {step.name: (step.went_in, step.explained, step.came_out) for step in told.steps}
    assert steps == {
        "deliveries → files": (6, {"repeated": -1}, 5),
        "files → files taken": (5, {"refused": -1}, 4),
        "lines → rows accepted": (13, {"header": -4, "rejected": -1}, 8),
        "rows accepted → records": (8, {"superseded": -3}, 5),
        "records → records of children": (5, {}, 5),
        "records of children → children": (5, {"same_child": -1}, 4),
        "children → entries": (4, {"at_home": -1, "outside_province": -1}, 2),
        "entries → monitored": (2, {}, 2),
        "entries → open flags": (2, {"no_reason": -1, "further_reasons": 1}, 2),
        "flags raised → open flags": (2, {}, 2),
        "open flags → open items": (2, {}, 2),
    }
    assert told.differences == 0
    body = signoff.describe(settings, ROUND, office.COUNTY, DAY)["body"]  # what the person who signs reads
    assert (
        "| 报送 → 文件 | 6 | 重复报送 -1 | 5 | 0 |" in body
        and "| 在册儿童 → 未了结的风险 | 2 | 没有风险 -1 一人多项风险 +1 | 2 | 0 |" in body
    )
    assert "education.enrolment: deliveries 3, files 3, refused 1" in signoff.show(settings, ROUND, office.COUNTY, DAY)


def test_what_no_cause_explains_is_a_difference(settings: Settings) -> None:
    complete(settings)
    with_entry = rows(settings, "select child_id from ledger.entry order by 1 limit 1")[0][0]
    for table in ("entry", "version"):  # a row gone without a trace
        rows(settings, f"delete from ledger.{table} where child_id = :child returning 1", child=with_entry)
    (wrong,) = (step for step in account(settings).steps if step.difference)
    assert (wrong.name, wrong.difference) == ("children → entries", -1)


def test_every_reason_is_told_with_its_count(settings: Settings) -> None:
    assert reasons(settings) == {"files_missing": 9, "never_refreshed": 1}
    complete(settings)
    assert reasons(settings, date(2026, 7, 20)) == {}
    pipeline.withdraw(settings, rows(settings, "select min(receipt_id) from intake.receipt")[0][0], "误报", "tester")
    rows(
        settings,
        "update intake.receipt set withdrawn_at = '2026-07-21 10:00+08' where withdrawn_at is not null returning 1",
    )
    assert reasons(settings, date(2026, 8, 20)) == {"files_missing": 1}
    office.drop_pupils(settings, [office.pupil(1)], as_of="20260629")
    ingest(settings)
    assert reasons(settings) == {"files_not_counted": 1}


def test_queries_of_accepted_rows_keep_a_round_open_until_they_are_answered(settings: Settings) -> None:
    complete(settings)
    held_back = office.pupil(6, sex="女", name="")
    office.drop_pupils(
        settings, [office.pupil(1), office.pupil(2), office.pupil(4, sex="女"), held_back], suffix="_更正9"
    )
    take_in(settings)
    code = "ID_SEX_DIFFERS"
    asked = "select line_number, max(receipt_id) from intake.issue where code = :code group by 1 order by 1"
    (_, receipt), held = rows(settings, asked, code=code)
    assert held[0] == 5 and reasons(settings) == {"queries_open": 1}
    number = pipeline.explain_query(settings, receipt, code, None, "户口簿如此", "教育局")
    assert reasons(settings) == {"explanations_waiting": 1, "queries_open": 1}
    pipeline.judge_explanation(settings, number, "accept", OFFICER["officer"], None)
    assert reasons(settings) == {}


def test_a_round_is_over_when_the_ledger_is_past_it(settings: Settings) -> None:
    send_nil(settings)
    take_in(settings, date(2026, 6, 30))
    assert reasons(settings, date(2026, 7, 20)) == {"not_over": 1}


@pytest.mark.parametrize("command", ["rounds", "round"])
def test_the_commands_say_who_is_late_and_why(settings: Settings, command: str) -> None:
    complete(settings)
    if command == "rounds":
        told = signoff.province(settings, None, date(2026, 8, 3))
        assert told.startswith(
            "2026H2: running 157\n2026H1: late 157\n  410102 郑州市中原区  late, -4 days left  files_missing 9"
        )
        assert "410105 郑州市金水区  late, -4 days left  waits for a signature" in told
    else:
        told = signoff.show(settings, ROUND, office.COUNTY, DAY)
        assert "  education: ON_TIME 1\n" in told and "  insurance: NIL 1\n" in told
        assert "children → entries: 2  = 2, difference 0" in told


def test_what_ran_out_with_nothing_newer_is_told_to_who_signs(settings: Settings) -> None:
    complete(settings)
    told = [signoff.show(settings, ROUND, office.COUNTY, day) for day in (DAY, date(2026, 12, 30))]
    assert "facts_stale" not in told[0] and "told: facts_stale " in told[1]
    assert "`facts_stale`" in signoff.describe(settings, ROUND, office.COUNTY, date(2026, 12, 30))["body"]
    ((item, child),) = rows(settings, "select item_id, child_id from followup.item")
    person = office.pupil(1)
    task = {"item_id": item, "child_id": child, "name": person["name"], "birth_date": person["birth_date"]}
    office.drop_visits(settings, [office.visit(task | {"sex_title": person["sex"]})])
    stale = []
    for _ in range(2):
        with db.transaction(settings.database_url) as conn:
            stale.append(rounds.count_stale(conn, office.COUNTY, date(2027, 6, 30)))
        take_in(settings)
    assert rows(settings, "select count(*) from followup.visit") == [(1,)]
    assert stale[0] == stale[1]  # that somebody came one day is no statement that runs out
