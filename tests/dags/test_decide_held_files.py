"""The required action put to a person, with Airflow's own objects: asked once a file, answered once, and no names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import office
from childledger import db, pipeline
from childledger.settings import INCLUDE, Settings

SCRIPT = """
import json, logging, os, sys
from datetime import datetime, timezone

from airflow.utils.db import initdb
initdb()
from airflow.dag_processing.bundles.manager import DagBundlesManager
DagBundlesManager().sync_bundles_to_db()
from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"] + "/decide_held_files.py")
assert not bag.import_errors, bag.import_errors
sync_bag_to_db(bag, "dags-folder", None)
dag = bag.dags["decide_held_files"]
run = dag.test()

from airflow.models.hitl import HITLDetail
from airflow.models.taskinstance import TaskInstance
from airflow.utils.session import create_session
with create_session() as session:
    states = {f"{ti.task_id}[{ti.map_index}]": str(ti.state) for ti in session.query(TaskInstance)}
    asked = [{"subject": d.subject, "body": d.body, "options": d.options} for d in session.query(HITLDetail)]

ask = dag.get_task("held_file.ask")
answers = []
for chosen, reason in json.loads(sys.argv[1]):
    event = {
        "chosen_options": [chosen],
        "params_input": {"reason": reason},
        "responded_at": datetime.now(timezone.utc),
        "responded_by_user": {"id": "7", "name": "officer"} if reason else None,
    }
    answers.append(dict(ask.execute_complete({}, event)))

class Events:
    def __init__(self): self.added = []
    def __getitem__(self, alias): return self
    def add(self, asset): self.added.append(asset.uri)

record, woken = dag.get_task("held_file.record").python_callable, []
for answer in answers:
    events = Events()
    record(int(sys.argv[2]), answer, outlet_events=events)
    woken.append(events.added)
print(json.dumps({"states": states, "asked": asked, "woken": woken}))
"""


def run_dag(settings: Settings, home: Path, answers: list[tuple[str, str]], receipt_id: int) -> Any:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "CHILDLEDGER"))}
    environment |= {
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(INCLUDE.parent / "dags"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "CHILDLEDGER_HOME": str(settings.home),
        "CHILDLEDGER_DATABASE_URL": settings.database_url,
    }
    command = [sys.executable, "-c", SCRIPT, json.dumps(answers), str(receipt_id)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.timeout(300)
def test_a_held_file_waits_for_a_person_in_airflow_and_the_first_word_stands(
    settings: Settings, tmp_path: Path
) -> None:
    office.drop_pupils(settings, [office.pupil(n) for n in range(1, 101)])
    office.drop_pupils(settings, [office.pupil(n) for n in range(1, 41)], as_of="20260710")
    for feed in pipeline.receive(settings):
        pipeline.ingest(settings, feed)
    (held,) = pipeline.list_held(settings)
    later, release, refuse = "以后再定 later", "放行 release", "退回 refuse"
    answers = [(later, ""), (release, "已电话核实"), (refuse, "改主意")]
    found = run_dag(settings, tmp_path, answers, held["receipt_id"])
    assert found["states"]["held_file.ask[0]"] == "awaiting_input"
    (asked,) = found["asked"]
    assert asked["options"] == [release, refuse, later]
    assert f"收据 {held['receipt_id']}" in asked["subject"] and office.COUNTY in asked["subject"]
    assert "| KEYS_VANISHED | 60 | 30 |" in asked["body"]
    assert "学生" not in json.dumps(found, ensure_ascii=False)
    assert found["woken"] == [[], ["childledger://received/education.enrolment"], []]
    with db.transaction(settings.database_url) as conn:
        decision = conn.execute(sa.text("select verdict, officer, reason from intake.decision")).one()
    assert tuple(decision) == ("release", "officer", "已电话核实")
    assert pipeline.list_unsettled(settings, "education.enrolment") == [held["receipt_id"]]
