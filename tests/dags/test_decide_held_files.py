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

import threading, time, traceback
from types import SimpleNamespace
from airflow.api_fastapi.core_api.datamodels.hitl import UpdateHITLDetailPayload
from airflow.api_fastapi.core_api.routes.public.hitl import update_hitl_detail
from airflow.models.asset import AssetEvent, AssetModel
from airflow.models.hitl import HITLDetail
from airflow.models.taskinstance import TaskInstance
from airflow.utils.session import create_session

chosen, reason = json.loads(sys.argv[1])
asked = []

def answer():
    officer = SimpleNamespace(get_id=lambda: "7", get_name=lambda: "officer")
    while not asked:
        time.sleep(0.2)
        with create_session() as session:
            for ti in session.query(TaskInstance).filter_by(task_id="held_file.ask", state="awaiting_input"):
                told = session.get(HITLDetail, ti.id)
                asked.append({"subject": told.subject, "body": told.body, "options": told.options})
                payload = UpdateHITLDetailPayload(chosen_options=[chosen], params_input={"reason": reason})
                update_hitl_detail(ti.dag_id, ti.run_id, ti.task_id, payload, officer, session, ti.map_index)

def answer_or_end():
    try:
        answer()
    except BaseException:
        traceback.print_exc()
        os._exit(1)  # or the run would wait for ever

threading.Thread(target=answer_or_end, daemon=True).start()
run = dag.test()
with create_session() as session:
    states = {f"{ti.task_id}[{ti.map_index}]": str(ti.state) for ti in session.query(TaskInstance)}
    woken = [event.asset.uri for event in session.query(AssetEvent)]
print(json.dumps({"states": states, "asked": asked, "woken": woken, "run": str(run.state)}))
"""


def run_dag(settings: Settings, home: Path, answer: tuple[str, str]) -> Any:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "CHILDLEDGER"))}
    environment |= {
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(INCLUDE.parent / "dags"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "CHILDLEDGER_HOME": str(settings.home),
        "CHILDLEDGER_DATABASE_URL": settings.database_url,
    }
    command = [sys.executable, "-c", SCRIPT, json.dumps(answer)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.timeout(300)
def test_a_held_file_is_put_to_a_person_and_the_answer_wakes_its_feed(settings: Settings, tmp_path: Path) -> None:
    office.drop_pupils(settings, [office.pupil(n) for n in range(1, 101)])
    office.drop_pupils(settings, [office.pupil(n) for n in range(1, 41)], as_of="20260710")
    for feed in pipeline.receive(settings):
        pipeline.ingest(settings, feed)
    (held,) = pipeline.list_held(settings)
    found = run_dag(settings, tmp_path, ("放行 release", "已电话核实"))
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
