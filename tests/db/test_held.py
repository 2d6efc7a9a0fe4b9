"""What the gate holds, what a decision does, and that looking changes nothing; on a real database."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

import fix_db
import office
from at_gate import (
    DAY,
    LATER,
    OFFICER,
    TRACES,
    all_stages,
    answers,
    everything,
    files,
    last,
    pupils,
    rows,
    take_in,
)  # fmt: skip
from childledger import db, pipeline
from childledger.errors import LedgerError
from childledger.settings import Settings


@pytest.fixture
def truncated(settings: Settings) -> Settings:
    """A ledger of 100 pupils, and a snapshot of 40 of them at the gate."""
    drop_truncated(settings)
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
    select
        record.source_record_id, record.status, record.facts, member.route, profile.name, profile.residence_code,
        entry.county_code, entry.tier, entry.left_date, flag.flag_code, flag.status, flag.raised_date, item.state
    from conformed.source_record as record
    left join identity.member as member using (source_record_id)
    left join ledger.profile as profile using (child_id)
    left join ledger.entry as entry using (child_id)
    left join ledger.flag as flag using (child_id)
    left join followup.item as item using (flag_id)
    order by record.source_record_id, entry.entered_date, flag.flag_code
"""
"""The ledger but for the numbers drawn from sequences."""


def drop_truncated(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(n, vagrancy="是") for n in range(1, 11)])
    office.drop_pupils(settings, pupils(100))
    all_stages(settings)
    office.drop_pupils(settings, pupils(40), as_of=LATER)


def test_a_released_file_counts_as_if_it_had_never_been_held(
    truncated: Settings, server: fix_db.Server, template: str, tmp_path: Path
) -> None:
    take_in(truncated)
    receipt_id, state = last(truncated)
    assert state == "held"
    assert pipeline.decide(truncated, receipt_id, "release", **OFFICER)
    assert pipeline.list_held(truncated) == []
    pipeline.ingest(truncated, "education.enrolment")
    all_stages(truncated)
    assert last(truncated, "state, verdict, accepted_count") == ("settled", "accepted", 40)
    (decision,) = rows(truncated, "select verdict, officer, reason, effect, exceeded from intake.decision")
    assert decision[:3] == ("release", "王科长", "已电话核实")
    assert decision[3]["rows"] == 40 and "KEYS_VANISHED" in decision[4]
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        admin.execute(f"create database never_held template {template}".encode())
    url = server.url("never_held")
    free = dataclasses.replace(
        Settings.load({"CHILDLEDGER_HOME": str(tmp_path / "free"), "CHILDLEDGER_DATABASE_URL": url}), settle_seconds=0
    )
    drop_truncated(free)
    pipeline.receive(free)
    for stage in ("load", "validate"):
        pipeline.run_stage(free, stage, "education.enrolment", receipt_id)
    with db.transaction(url) as conn:  # a world without a gate
        conn.execute(sa.text("update intake.receipt set state = 'released' where state = 'validated'"))
    pipeline.ingest(free, "education.enrolment")
    all_stages(free)
    assert rows(free, LEDGER) == rows(truncated, LEDGER)
    assert rows(free, "select count(*) from intake.decision") == [(0,)]
    db.engine(url).dispose()


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
    pipeline.withdraw(truncated, newer, "报错了", "officer")
    all_stages(truncated)
    assert rows(truncated, "select count(*) from conformed.source_record where receipt_id = :r", r=held) == [(0,)]


def test_a_held_file_can_be_withdrawn(truncated: Settings) -> None:
    before = rows(truncated, "select * from ledger.entry")
    take_in(truncated)
    pipeline.withdraw(truncated, last(truncated)[0], "报错了", "officer")
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


def test_files_that_wait_are_measured_together_and_judged_each_for_itself(settings: Settings) -> None:
    calm = [office.survey(n) for n in range(1, 301)]
    office.drop_survey(settings, calm)
    office.drop_pupils(settings, pupils(100))
    all_stages(settings)
    office.drop_survey(settings, [row | {"surveyed_on": "2026-07-05", "vagrancy": "是"} for row in calm], as_of=LATER)
    office.drop_pupils(settings, pupils(100), as_of=LATER)
    feeds = pipeline.receive(settings)
    waiting = {feed: pipeline.list_unsettled(settings, feed)[0] for feed in feeds}
    for feed, receipt_id in waiting.items():
        for stage in ("load", "validate"):
            pipeline.run_stage(settings, stage, feed, receipt_id)
    pupils_feed, survey_feed = "education.enrolment", "civil_affairs.screening"
    pipeline.run_stage(settings, "gate", pupils_feed, waiting[pupils_feed])
    measured = rows(settings, "select receipt_id, effect ->> 'flags_opened' from intake.measurement")
    assert measured == [(waiting[survey_feed], "500")]  # 300 found vagrant, of whom the two whole rolls do not name 200
    pipeline.run_stage(settings, "gate", survey_feed, waiting[survey_feed])
    assert rows(settings, "select receipt_id, state from intake.receipt where state <> 'settled' order by 1") == sorted(
        [(waiting[pupils_feed], "released"), (waiting[survey_feed], "held")]
    )
    assert rows(settings, "select count(*) from intake.measurement") == [(0,)]
    assert pipeline.list_held(settings)[0]["exceeded"] == {"flags_opened": {"found": 300, "limit": 200}}


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


def test_a_file_that_grew_is_asked_why_and_not_held(settings: Settings) -> None:
    office.drop_pupils(settings, pupils(30))
    all_stages(settings)
    office.drop_pupils(settings, pupils(150), as_of=LATER)
    take_in(settings)
    assert last(settings)[1] == "settled"
    assert "VOLUME_CHANGED" in answers(settings)


def test_what_a_supplement_does_is_measured(settings: Settings) -> None:
    calm = [office.survey(n) for n in range(1, 301)]
    office.drop_survey(settings, calm)
    all_stages(settings)
    office.drop_survey(settings, [row | {"vagrancy": "是"} for row in calm], suffix="_补报1")
    all_stages(settings)
    assert pipeline.list_held(settings)[0]["exceeded"] == {"flags_opened": {"found": 300, "limit": 200}}


def test_a_correction_that_drops_a_large_supplement_is_measured(settings: Settings) -> None:
    """Nine rows are too few to be measured for themselves; the supplement they set aside is not."""
    office.drop_pupils(settings, pupils(10))
    all_stages(settings)
    office.drop_pupils(settings, pupils(250, first=11), suffix="_补报1")
    all_stages(settings)
    assert last(settings)[1] == "settled"
    office.drop_pupils(settings, pupils(9), suffix="_更正1")
    all_stages(settings)
    assert last(settings)[1] == "held"
    assert pipeline.list_held(settings)[0]["exceeded"]["records_superseded"] == {"found": 251, "limit": 200}


RECORDS = """
    select record_key, record.as_of_date, address, status
    from conformed.source_record as record
    order by record_key, record.as_of_date, address
"""


@pytest.mark.parametrize("released_first", [False, True])
def test_a_supplement_to_a_held_file_goes_on_by_itself(truncated: Settings, released_first: bool) -> None:
    take_in(truncated)
    held = last(truncated)[0]
    if released_first:
        pipeline.decide(truncated, held, "release", **OFFICER)
        pipeline.ingest(truncated, "education.enrolment")
    mended = [office.pupil(1, address="新居2号"), office.pupil(101)]
    office.drop_pupils(truncated, mended, as_of=LATER, suffix="_补报1")
    take_in(truncated)
    assert last(truncated, "state, verdict, accepted_count") == ("settled", "accepted", 2)
    if not released_first:
        assert [row["receipt_id"] for row in pipeline.list_held(truncated)] == [held]  # it takes the place of none
        assert rows(truncated, "select count(*) from conformed.absence") == [(0,)]  # nor says who left
        pipeline.decide(truncated, held, "release", **OFFICER)
        pipeline.ingest(truncated, "education.enrolment")
    key = office.pupil(1)["school_roll_number"]
    later = [row[2:] for row in rows(truncated, RECORDS) if row[0] == key and f"{row[1]:%Y%m%d}" == LATER]
    assert later == [("新居2号", "in_force"), ("花园路1号", "superseded")]
    standing = f"select count(*) from conformed.source_record where status = 'in_force' and as_of_date = '{LATER}'"
    assert rows(truncated, f"{standing} and feed = 'education.enrolment'") == [(41,)]


def test_a_held_supplement_outlives_a_whole_file_of_its_number_and_no_higher_one(settings: Settings) -> None:
    office.drop_pupils(settings, pupils(10))
    all_stages(settings)
    office.drop_pupils(settings, pupils(501, first=11), suffix="_补报1")
    all_stages(settings)
    held, state = last(settings)
    assert state == "held"
    office.drop_pupils(settings, pupils(9))
    all_stages(settings)
    assert last(settings)[1] == "settled"
    assert [row["receipt_id"] for row in pipeline.list_held(settings)] == [held]
    office.drop_pupils(settings, pupils(8), suffix="_更正1")
    all_stages(settings)
    assert pipeline.list_held(settings) == []
