"""The project's own DAGs run in tests, one after the other, by Airflow: files come in as they do in operation."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from childledger.settings import INCLUDE, Settings

SCRIPT = """
import json, os, sys

from airflow.utils.db import initdb
initdb()
from airflow.dag_processing.bundles.manager import DagBundlesManager
DagBundlesManager().sync_bundles_to_db()
from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
assert not bag.import_errors, bag.import_errors
sync_bag_to_db(bag, "dags-folder", None)
from airflow.models.asset import AssetEvent
from airflow.utils.session import create_session

for dag_id in map(str.strip, sys.stdin):
    with create_session() as session:
        before = session.query(AssetEvent).count()
    run = bag.dags[dag_id].test()
    with create_session() as session:
        woken = [event.asset.uri for event in session.query(AssetEvent).order_by(AssetEvent.id)][before:]
    print("RUN " + json.dumps({"state": str(run.state), "woken": woken}), flush=True)
"""
RECEIVED = "childledger://received/"


class Dags:
    """An Airflow that runs DAGs when it is told to."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def run(self, dag_id: str) -> list[str]:
        """Run a DAG to its end; return the assets it announced."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{dag_id}\n")
        self.process.stdin.flush()
        told = next((line for line in self.process.stdout if line.startswith("RUN ")), None)
        assert told, f"{dag_id} ended the process"
        found = json.loads(told.removeprefix("RUN "))
        assert found["state"] == "success", dag_id
        woken: list[str] = found["woken"]
        return woken

    def take_in(self) -> None:
        """Receive what was dropped, ingest every feed that was woken, resolve identities."""
        for asset in self.run("receive_drops"):
            feed = asset.removeprefix(RECEIVED)
            self.run(f"ingest__{feed.replace('.', '__')}")
        self.run("resolve_identities")


def environment(settings: Settings, home: Path) -> dict[str, str]:
    """What an Airflow of its own needs to know to work on the ledger of a test."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "CHILDLEDGER"))}
    return others | {
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(INCLUDE.parent / "dags"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "CHILDLEDGER_HOME": str(settings.home),
        "CHILDLEDGER_DATABASE_URL": settings.database_url,
        "CHILDLEDGER_SETTLE_SECONDS": str(settings.settle_seconds),
    }


@contextmanager
def dags(settings: Settings, home: Path) -> Iterator[Dags]:
    """Start Airflow on the ledger of a test."""
    with (
        (home / "airflow.log").open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT],
            env=environment(settings, home),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            yield Dags(process)
        finally:
            process.kill()
