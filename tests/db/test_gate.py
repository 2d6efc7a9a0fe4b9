"""The gate on a real database: what it asks, what it holds, and that looking changes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

import office
from childledger import db, pipeline
from childledger.errors import LedgerError
from childledger.settings import Settings

LATER = "20260710"
DAY = date(2026, 7, 12)
OFFICER = {"officer": "王科长", "reason": "已电话核实"}
TRACES = {
    "intake.receipt",
    "intake.issue",
    "intake.decision",
    "intake.explanation",
    "intake.explained",
    "ops.stage_run",
}
"""What the gate itself writes; everything else must be as before."""


def take_in(settings: Settings) -> None:
    for feed in pipeline.receive(settings):
        pipeline.ingest(settings, feed)


def all_stages(settings: Settings, day: date = DAY) -> None:
    take_in(settings)
    pipeline.resolve(settings)
    pipeline.refresh(settings, day)
    pipeline.deliver(settings)


def rows(settings: Settings, statement: str, **binds: Any) -> list[Any]:
    with db.transaction(settings.database_url) as conn:
        return [tuple(row) for row in conn.execute(sa.text(statement), binds)]


def last(settings: Settings, columns: str = "receipt_id, state") -> Any:
    return rows(settings, f"select {columns} from intake.receipt order by receipt_id desc limit 1")[0]


def asked(settings: Settings) -> list[Any]:
    """(line, column, code) of each open query of the last file that the gate asks."""
    return rows(
        settings,
        """
        select line_number, column_name, code
        from intake.issue
        where receipt_id = (select max(receipt_id) from intake.receipt)
            and severity = 'query'
            and rule_id like 'gate/%'
            and explanation_id is null
        order by line_number, code, column_name
        """,
    )


def everything(settings: Settings, but: set[str] = frozenset()) -> dict[str, list[str]]:  # type: ignore[assignment]
    """Every row of every table of ours as text."""
    tables = """
        select table_schema || '.' || table_name
        from information_schema.tables
        where table_type = 'BASE TABLE'
            and table_schema in ('intake', 'conformed', 'identity', 'ledger', 'followup', 'evidence', 'ops')
    """
    names = sorted({name for (name,) in rows(settings, tables)} - but)
    return {name: sorted(str(row) for row in rows(settings, f"select * from {name}")) for name in names}


def files(settings: Settings) -> dict[str, bytes]:
    return {str(p.relative_to(settings.home)): p.read_bytes() for p in settings.home.rglob("*") if p.is_file()}


def answers(settings: Settings, department: str = "education") -> str:
    """Everything the last file's sender was told."""
    place = settings.landing / department / office.COUNTY / "receipts"
    told = [path for path in place.glob(f"{last(settings)[0]}_*") if path.suffix != ".xlsx"]
    return "\n".join(path.read_text(encoding="utf-8-sig") for path in told)


def pupils(count: int, first: int = 1) -> list[dict[str, Any]]:
    return [office.pupil(number) for number in range(first, first + count)]


# --- against the file before -----------------------------------------------------------------------------------------


def test_a_changed_number_of_rows_is_asked_about_and_a_little_change_is_not(settings: Settings) -> None:
    office.drop_pupils(settings, pupils(100))
    take_in(settings)
    assert asked(settings) == []  # a first file has no usual
    office.drop_pupils(settings, pupils(119), as_of="20260701")
    take_in(settings)
    assert asked(settings) == []
    office.drop_pupils(settings, pupils(160), as_of="20260702")
    take_in(settings)
    assert asked(settings) == [(0, "", "VOLUME_CHANGED")]
    assert last(settings)[1] == "settled"
    assert "整份文件" in answers(settings)


def test_a_small_county_may_change_quickly(settings: Settings) -> None:
    office.drop_pupils(settings, pupils(20))
    office.drop_pupils(settings, pupils(1), as_of=LATER)
    take_in(settings)
    assert asked(settings) == []
    assert last(settings)[1] == "settled"


def test_vanished_keys_are_asked_about_even_if_the_number_of_rows_stays(settings: Settings) -> None:
    office.drop_pupils(settings, pupils(100))
    office.drop_pupils(settings, pupils(100, first=26), as_of=LATER)
    take_in(settings)
    assert asked(settings) == [(0, "", "KEYS_VANISHED")]
    assert last(settings)[1] == "settled"


def test_absence_from_an_event_file_says_nothing(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(n) for n in range(1, 101)])
    office.drop_survey(settings, [office.survey(n) for n in range(200, 230)], as_of=LATER)
    take_in(settings)
    assert "KEYS_VANISHED" not in {code for *_, code in asked(settings)}
    assert last(settings)[1] == "settled"


def test_rows_held_back_are_not_called_vanished(settings: Settings) -> None:
    office.drop_pupils(settings, pupils(100))
    spoiled = [pupil | {"sex": "?"} if number < 60 else pupil for number, pupil in enumerate(pupils(100))]
    office.drop_pupils(settings, spoiled, as_of=LATER)
    take_in(settings)
    assert asked(settings) == []
    assert last(settings, "state, verdict") == ("settled", "partial")


def test_what_does_not_change_and_did_is_asked_about(settings: Settings) -> None:
    office.drop_pupils(settings, pupils(3))
    take_in(settings)
    one, two, three = pupils(3)
    one |= {"birth_date": "2015-03-15", "sex": "女" if one["sex"] == "男" else "男"}
    two |= {"id_number": office.resident_id("411681", "20150315", 777), "name": "学生改"}
    three |= {"name": "学生改名", "address": "新居2号", "grade": "四年级"}
    office.drop_pupils(settings, [one, two, three], as_of=LATER)
    take_in(settings)
    found = [(line, column) for line, column, code in asked(settings) if code == "IMMUTABLE_CHANGED"]
    assert found == [(2, "birth_date"), (2, "sex"), (3, "id_number")]
    assert last(settings, "accepted_count") == (3,)


def test_a_correction_of_the_same_period_is_not_asked_why_it_corrects(settings: Settings) -> None:
    office.drop_pupils(settings, pupils(2))
    take_in(settings)
    office.drop_pupils(settings, [office.pupil(1, birth_date="2015-02-16"), office.pupil(2)], suffix="_更正1")
    take_in(settings)
    assert asked(settings) == []


# --- against other departments ---------------------------------------------------------------------------------------


def test_a_row_other_departments_contradict_learns_only_that(settings: Settings) -> None:
    office.drop_survey(
        settings,
        [
            office.survey(1, birth_date="2014-11-09", name=office.pupil(1)["name"]),
            office.survey(2, name="欧阳不同"),
            office.survey(3, name=office.pupil(3)["name"][:-1] + "晓"),
        ],
    )
    take_in(settings)
    office.drop_pupils(settings, pupils(4))
    take_in(settings)
    assert asked(settings) == [(2, "birth_date", "ID_OTHER_BIRTH"), (3, "name", "ID_OTHER_NAME")]
    assert last(settings, "accepted_count") == (4,)
    told = answers(settings)
    assert "ID_OTHER_BIRTH" in told and "与比对不一致" in told
    for secret in ("2014-11-09", "欧阳不同", "摸排", "民政", "civil_affairs", "screening"):
        assert secret not in told


def test_the_same_department_is_no_witness_against_itself(settings: Settings) -> None:
    office.drop_pupils(settings, pupils(1))
    twin = office.pupil(2, id_number=office.pupil(1)["id_number"], birth_date="2015-02-15")
    office.drop_pupils(settings, [twin], as_of=LATER)
    take_in(settings)
    assert asked(settings) == []


# --- explanations ----------------------------------------------------------------------------------------------------


def changed(settings: Settings, birth: str, as_of: str) -> list[Any]:
    """Send the pupil's row with another birth date; the queries the gate asks."""
    office.drop_pupils(settings, [office.pupil(1, id_number="", birth_date=birth), office.pupil(2)], as_of=as_of)
    take_in(settings)
    return asked(settings)


QUERY = [(2, "birth_date", "IMMUTABLE_CHANGED")]


def explained(settings: Settings, verdict: str) -> int:
    receipt_id = last(settings)[0]
    made = pipeline.explain_query(settings, receipt_id, "IMMUTABLE_CHANGED", None, "户口簿更正，见附件", "李老师")
    return pipeline.judge_explanation(settings, made, verdict, "王科长", "材料齐全")


def test_an_accepted_explanation_is_remembered_and_a_changed_value_asks_anew(settings: Settings) -> None:
    contradict = office.survey(1, birth_date="2015-02-15")
    office.drop_survey(settings, [contradict])
    take_in(settings)
    other = office.pupil(1, birth_date="2015-05-05")
    office.drop_pupils(settings, [other])
    take_in(settings)
    query = [(2, "birth_date", "ID_OTHER_BIRTH")]
    assert asked(settings) == query
    made = pipeline.explain_query(settings, last(settings)[0], "ID_OTHER_BIRTH", 2, "以出生证为准", "李老师")
    assert asked(settings) == query  # nobody has accepted it yet
    assert "以出生证为准" in str(pipeline.list_explanations(settings))
    assert pipeline.judge_explanation(settings, made, "accept", "王科长", None) == 1
    assert asked(settings) == []
    assert pipeline.list_explanations(settings) == []
    pipeline.ingest(settings, "education.enrolment")
    assert "ID_OTHER_BIRTH" not in answers(settings).split("\n\n")[-1]
    office.drop_pupils(settings, [other], as_of=LATER)
    take_in(settings)
    assert asked(settings) == []
    assert "ID_OTHER_BIRTH" not in answers(settings)
    office.drop_pupils(settings, [other | {"birth_date": "2015-06-06"}], as_of="20260711")
    take_in(settings)
    assert (2, "birth_date", "ID_OTHER_BIRTH") in asked(settings)


def test_a_refused_explanation_keeps_asking(settings: Settings) -> None:
    changed(settings, "2015-02-15", office.AS_OF)
    assert changed(settings, "2015-03-15", "20260701") == QUERY
    assert explained(settings, "refuse") == 0
    assert asked(settings) == QUERY
    assert changed(settings, "2015-03-15", "20260702") == []  # the newest older file says the same
    assert changed(settings, "2015-02-15", "20260703") == QUERY


def test_queries_of_the_contract_can_be_explained_too(settings: Settings) -> None:
    odd = office.pupil(1, guardian_phone="12345")
    office.drop_pupils(settings, [odd, office.pupil(2)])
    take_in(settings)
    made = pipeline.explain_query(settings, last(settings)[0], "PATTERN_MISMATCH", None, "学校总机", "李老师")
    assert pipeline.judge_explanation(settings, made, "accept", "王科长", None) == 1
    office.drop_pupils(settings, [office.pupil(2), odd], as_of=LATER)  # the row moved, its key did not
    take_in(settings)
    assert "PATTERN_MISMATCH" not in answers(settings)
    office.drop_pupils(settings, [odd | {"guardian_phone": "54321"}], as_of="20260711")
    take_in(settings)
    assert "PATTERN_MISMATCH" in answers(settings)


def test_an_explanation_needs_a_query_and_is_judged_once(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1, guardian_phone="12345")])
    take_in(settings)
    receipt_id = last(settings)[0]
    with pytest.raises(LedgerError, match="no open query"):
        pipeline.explain_query(settings, receipt_id, "ID_OTHER_NAME", None, "无", "李老师")
    assert rows(settings, "select count(*) from intake.explanation") == [(0,)]
    made = pipeline.explain_query(settings, receipt_id, "PATTERN_MISMATCH", None, "学校总机", "李老师")
    with pytest.raises(LedgerError, match="reason to refuse"):
        pipeline.judge_explanation(settings, made, "refuse", "王科长", None)
    pipeline.judge_explanation(settings, made, "accept", "王科长", None)
    with pytest.raises(LedgerError, match="waits for a word"):
        pipeline.judge_explanation(settings, made, "refuse", "张科长", "不信")


# --- held files ------------------------------------------------------------------------------------------------------


@pytest.fixture
def truncated(settings: Settings) -> Settings:
    """A ledger of 100 pupils, and a snapshot of 40 of them at the gate."""
    office.drop_survey(settings, [office.survey(n, vagrancy="是") for n in range(1, 11)])
    office.drop_pupils(settings, pupils(100))
    all_stages(settings)
    office.drop_pupils(settings, pupils(40), as_of=LATER)
    return settings


def test_a_truncated_snapshot_is_held_and_nothing_of_it_counts(truncated: Settings) -> None:
    before = everything(truncated, but=TRACES | {"intake.delivery", "evidence.validation"})
    take_in(truncated)
    receipt_id, state = last(truncated)
    assert state == "held"
    assert everything(truncated, but=TRACES | {"intake.delivery", "evidence.validation"}) == before
    assert pipeline.list_unsettled(truncated, "education.enrolment") == []
    assert pipeline.receive(truncated) == []
    pipeline.resolve(truncated, anyway=True)
    pipeline.refresh(truncated, DAY)
    (held,) = pipeline.list_held(truncated)
    assert held["receipt_id"] == receipt_id
    assert held["exceeded"] == {
        "KEYS_VANISHED": {"found": 60, "limit": 30}, "VOLUME_CHANGED": {"found": 60, "limit": 50}
    }  # fmt: skip
    assert held["effect"]["flags_closed"] == 0
    told = answers(truncated)
    assert "暂缓入账，等待人工确认" in told and "上次 100 行，本次 40 行" in told


def test_the_gate_leaves_nothing_behind_but_its_word(truncated: Settings) -> None:
    (receipt_id,) = last_received(truncated)
    for stage in ("load", "validate"):
        pipeline.run_stage(truncated, stage, "education.enrolment", receipt_id)
    tables, disk = everything(truncated, but=TRACES), files(truncated)
    stages = rows(truncated, "select stage, counts from ops.stage_run order by stage_run_id")
    pipeline.run_stage(truncated, "gate", "education.enrolment", receipt_id)
    assert everything(truncated, but=TRACES) == tables
    assert files(truncated) == disk
    told = rows(truncated, "select stage, counts from ops.stage_run order by stage_run_id")
    assert told[:-1] == stages  # the stages of the shadow left no mark either
    assert told[-1] == ("gate", {"findings": 2, "held": 1, "measured": 1})
    assert rows(truncated, "select state from intake.receipt where state <> 'settled'") == [("held",)]
    assert rows(truncated, "select count(*) from intake.decision") == [(1,)]
    for stage in pipeline.PER_RECEIPT:  # again, and nothing happens
        pipeline.run_stage(truncated, stage, "education.enrolment", receipt_id)
    assert everything(truncated, but=TRACES) == tables
    assert rows(truncated, "select count(*) from intake.decision") == [(1,)]


def last_received(settings: Settings) -> Any:
    pipeline.receive(settings)
    return last(settings, "receipt_id")


def test_killed_in_the_shadow_the_gate_has_changed_nothing(truncated: Settings) -> None:
    (receipt_id,) = last_received(truncated)
    for stage in ("load", "validate"):
        pipeline.run_stage(truncated, stage, "education.enrolment", receipt_id)
    before, disk = everything(truncated), files(truncated)
    environment = os.environ | {
        "CHILDLEDGER_HOME": str(truncated.home), "CHILDLEDGER_DATABASE_URL": truncated.database_url
    }  # fmt: skip
    command = [sys.executable, "-m", "childledger.cli", "gate", str(receipt_id)]
    waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    with db.transaction(truncated.database_url) as conn:
        db.run(conn, "ledger/lock_ledger")  # the shadow gets as far as this lock
        gate = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        while not conn.execute(sa.text(waiting)).scalar_one():
            assert gate.poll() is None, "the gate ended before it measured anything"
            time.sleep(0.05)
        gate.kill()
        gate.wait()
    assert everything(truncated) == before
    assert files(truncated) == disk
    pipeline.ingest(truncated, "education.enrolment")
    assert last(truncated) == (receipt_id, "held")


LEDGER = """
    select record.source_record_id, record.status, record.facts, member.route
    from conformed.source_record as record
    left join identity.member as member using (source_record_id)
    order by 1
"""


def test_a_released_file_counts_as_if_it_had_never_been_held(
    truncated: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(truncated)
    receipt_id, state = last(truncated)
    assert state == "held"
    assert pipeline.decide(truncated, receipt_id, "release", **OFFICER)
    assert pipeline.list_held(truncated) == []
    all_stages(truncated)
    pipeline.ingest(truncated, "education.enrolment")
    pipeline.resolve(truncated)
    pipeline.refresh(truncated, DAY)
    assert last(truncated, "state, verdict, accepted_count") == ("settled", "accepted", 40)
    held = rows(truncated, LEDGER)
    (decision,) = rows(truncated, "select verdict, officer, reason, effect, exceeded from intake.decision")
    assert decision[:3] == ("release", "王科长", "已电话核实")
    assert decision[3]["rows"] == 40 and "KEYS_VANISHED" in decision[4]
    # the same receipt, published anew without any gate
    with db.transaction(truncated.database_url) as conn:
        conn.execute(sa.text("delete from conformed.source_record where receipt_id = :r"), {"r": receipt_id})
    pipeline.run_stage(truncated, "conform", "education.enrolment", receipt_id)
    pipeline.resolve(truncated)
    assert rows(truncated, LEDGER) == held


def test_a_refused_file_is_rejected_and_its_sender_told(truncated: Settings) -> None:
    take_in(truncated)
    receipt_id = last(truncated)[0]
    assert pipeline.decide(truncated, receipt_id, "refuse", **OFFICER)
    pipeline.ingest(truncated, "education.enrolment")
    assert last(truncated, "state, verdict, verdict_code, accepted_count") == (
        "settled", "rejected", "HELD_AND_REFUSED", 0
    )  # fmt: skip
    assert "HELD_AND_REFUSED" in answers(truncated)
    all_stages(truncated)
    assert rows(truncated, "select count(*) from conformed.source_record where receipt_id = :r", r=receipt_id) == [(0,)]
    office.drop_pupils(truncated, pupils(100), as_of=LATER)  # sent again, whole
    all_stages(truncated)
    assert last(truncated, "state, verdict") == ("settled", "accepted")


def test_the_first_word_on_a_held_file_stands(truncated: Settings) -> None:
    take_in(truncated)
    receipt_id = last(truncated)[0]
    with pytest.raises(LedgerError, match="officer and a reason"):
        pipeline.decide(truncated, receipt_id, "release", "王科长", " ")
    assert pipeline.decide(truncated, receipt_id, "refuse", **OFFICER)
    assert not pipeline.decide(truncated, receipt_id, "release", **OFFICER)
    assert last(truncated, "state, verdict") == ("settled", "rejected")
    with pytest.raises(LedgerError, match="not held"):
        pipeline.decide(truncated, receipt_id - 1, "release", **OFFICER)


def test_a_newer_correction_ends_the_hold(truncated: Settings) -> None:
    take_in(truncated)
    held = last(truncated)[0]
    office.drop_pupils(truncated, pupils(100), as_of=LATER, suffix="_更正1")
    all_stages(truncated)
    newer, state = last(truncated)
    assert state == "settled"
    assert pipeline.list_held(truncated) == []
    assert rows(truncated, "select verdict, officer from intake.decision") == [("superseded", None)]
    code = "select state, verdict_code, verdict_detail from intake.receipt where receipt_id = :r"
    assert rows(truncated, code, r=held) == [("settled", "HELD_AND_SUPERSEDED", {"newer": newer})]
    assert not pipeline.decide(truncated, held, "release", **OFFICER)
    pipeline.withdraw(truncated, newer)
    all_stages(truncated)
    assert rows(truncated, "select count(*) from conformed.source_record where receipt_id = :r", r=held) == [(0,)]


def test_a_held_file_can_be_withdrawn(truncated: Settings) -> None:
    before = rows(truncated, "select * from ledger.entry")
    take_in(truncated)
    pipeline.withdraw(truncated, last(truncated)[0])
    pipeline.ingest(truncated, "education.enrolment")
    all_stages(truncated)
    assert last(truncated, "state, withdrawn_at is not null") == ("settled", True)
    assert rows(
        truncated, "select distinct status from conformed.source_record where receipt_id = :r", r=last(truncated)[0]
    ) == [("withdrawn",)]
    assert rows(truncated, "select * from ledger.entry") == before


def test_one_held_file_stops_no_other_of_its_feed(truncated: Settings) -> None:
    take_in(truncated)
    assert last(truncated)[1] == "held"
    office.drop_pupils(truncated, pupils(101), as_of="20260711")
    all_stages(truncated)
    assert last(truncated, "state, verdict") == ("settled", "accepted")
    assert len(pipeline.list_held(truncated)) == 1


# --- the effect ------------------------------------------------------------------------------------------------------


def test_a_file_that_would_close_950_flags_is_held(settings: Settings) -> None:
    troubled = [office.survey(n, vagrancy="是", guardian_status="失联") for n in range(1, 476)]
    office.drop_survey(settings, troubled)
    all_stages(settings)
    assert rows(settings, "select count(*) from ledger.flag where status = 'open'") == [(950,)]
    well = [row | {"surveyed_on": "2026-07-05", "vagrancy": "否", "guardian_status": "正常"} for row in troubled]
    office.drop_survey(settings, well, as_of=LATER)
    all_stages(settings)
    assert last(settings)[1] == "held"
    (held,) = pipeline.list_held(settings)
    assert held["effect"]["flags_closed"] == 950
    assert held["exceeded"] == {"flags_closed": {"found": 950, "limit": 285}}
    assert rows(settings, "select count(*) from ledger.flag where status = 'open'") == [(950,)]
    assert "950" not in answers(settings, "civil_affairs")  # what it would do elsewhere is not its sender's to know
    pipeline.decide(settings, held["receipt_id"], "release", **OFFICER)
    pipeline.ingest(settings, "civil_affairs.screening")
    all_stages(settings)
    assert rows(settings, "select count(*) from ledger.flag where status = 'open'") == [(0,)]


def test_no_mass_opening_passes(settings: Settings) -> None:
    calm = [office.survey(n) for n in range(1, 301)]
    office.drop_survey(settings, calm)
    all_stages(settings)
    office.drop_survey(settings, [row | {"surveyed_on": "2026-07-05", "vagrancy": "是"} for row in calm], as_of=LATER)
    all_stages(settings)
    assert last(settings)[1] == "held"
    assert pipeline.list_held(settings)[0]["exceeded"] == {"flags_opened": {"found": 300, "limit": 200}}
    assert rows(settings, "select count(*) from ledger.flag") == [(0,)]


def test_work_that_waits_is_not_blamed_on_the_file_at_the_gate(settings: Settings) -> None:
    calm = [office.survey(n) for n in range(1, 301)]
    office.drop_survey(settings, calm)
    all_stages(settings)
    with db.transaction(settings.database_url) as conn:  # 300 flags wait for the next refresh, whoever's they are
        conn.execute(sa.text('update conformed.source_record set facts = facts || \'{"vagrancy": "yes"}\''))
        conn.execute(sa.text("update intake.receipt set resolved_at = null"))
    office.drop_survey(settings, [row | {"vagrancy": "是"} for row in calm[:50]], as_of=LATER)
    take_in(settings)
    assert last(settings)[1] == "settled"


def test_a_correction_that_empties_a_first_file_is_held(settings: Settings) -> None:
    office.drop_pupils(settings, pupils(100))
    all_stages(settings)
    office.drop_pupils(settings, pupils(40), suffix="_更正1")
    all_stages(settings)
    assert last(settings)[1] == "held"
    assert pipeline.list_held(settings)[0]["effect"]["records_superseded"] == 60
    assert rows(settings, "select count(*) from conformed.source_record where status = 'in_force'") == [(100,)]


def test_a_nil_return_after_a_full_file_is_held(settings: Settings) -> None:
    office.drop_pupils(settings, pupils(100))
    all_stages(settings)
    office.drop(settings, "education", f"学籍信息_{office.COUNTY}_{LATER}_零报告.csv", b"")
    take_in(settings)
    assert last(settings, "state, verdict") == ("held", "nil")
    pipeline.decide(settings, last(settings)[0], "release", **OFFICER)
    pipeline.ingest(settings, "education.enrolment")
    assert last(settings, "state, verdict") == ("settled", "nil")
