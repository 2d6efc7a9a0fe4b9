"""A required action put to a person in tests, with Airflow's own objects: a DAG is run and its question answered."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from childledger.settings import Settings
from dag_runs import environment

SCRIPT = """
import json, logging, os, sys
from datetime import datetime, timezone

from airflow.utils.db import initdb
initdb()
from airflow.dag_processing.bundles.manager import DagBundlesManager
DagBundlesManager().sync_bundles_to_db()
from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
dag_id, ask, chosen, reason = sys.argv[1:]
bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"] + f"/{dag_id}.py")
assert not bag.import_errors, bag.import_errors
sync_bag_to_db(bag, "dags-folder", None)
dag = bag.dags[dag_id]

import threading, time, traceback
from types import SimpleNamespace
from airflow.api_fastapi.core_api.datamodels.hitl import UpdateHITLDetailPayload
from airflow.api_fastapi.core_api.routes.public.hitl import update_hitl_detail
from airflow.models.asset import AssetEvent, AssetModel
from airflow.models.hitl import HITLDetail
from airflow.models.taskinstance import TaskInstance
from airflow.utils.session import create_session

asked = []

def answer():
    officer = SimpleNamespace(get_id=lambda: "7", get_name=lambda: "officer")
    while not asked:
        time.sleep(0.2)
        with create_session() as session:
            for ti in session.query(TaskInstance).filter_by(task_id=ask, state="awaiting_input"):
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


def run_dag(settings: Settings, home: Path, dag_id: str, ask: str, answer: tuple[str, str]) -> Any:
    """Run a DAG that puts one question to a person, who answers (option, reason): states, what was asked and woken."""
    command = [sys.executable, "-c", SCRIPT, dag_id, ask, *answer]
    done = subprocess.run(command, env=environment(settings, home), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])
