"""The required action put to a person, with Airflow's own objects: asked once a file, answered once, and no names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

import office
from childledger import db, pipeline
from childledger.settings import Settings
from required_action import run_dag


@pytest.mark.timeout(300)
def test_a_held_file_is_put_to_a_person_and_the_answer_wakes_its_feed(settings: Settings, tmp_path: Path) -> None:
    office.drop_pupils(settings, [office.pupil(n) for n in range(1, 101)])
    office.drop_pupils(settings, [office.pupil(n) for n in range(1, 41)], as_of="20260710")
    for feed in pipeline.receive(settings):
        pipeline.ingest(settings, feed)
    (held,) = pipeline.list_held(settings)
    found = run_dag(settings, tmp_path, "decide_held_files", "held_file.ask", ("放行 release", "已电话核实"))
    assert set(found["states"].values()) == {"success"} and found["run"] == "success"
    (asked,) = found["asked"]
    assert asked["options"] == ["放行 release", "退回 refuse", "以后再定 later"]
    assert f"收据 {held['receipt_id']}" in asked["subject"] and office.COUNTY in asked["subject"]
    assert "| KEYS_VANISHED | 60 | 30 |" in asked["body"]
    assert "学生" not in json.dumps(found, ensure_ascii=False)
    assert found["woken"] == ["childledger://received/education.enrolment"]
    with db.transaction(settings.database_url) as conn:
        decision = conn.execute(sa.text("select verdict, officer, reason from intake.decision")).one()
    assert tuple(decision) == ("release", "officer", "已电话核实")
    assert pipeline.list_unsettled(settings, "education.enrolment") == [held["receipt_id"]]
    assert not pipeline.decide(settings, held["receipt_id"], "refuse", "other", "too late")
