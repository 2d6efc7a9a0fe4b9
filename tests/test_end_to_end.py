"""A small province through the real scheduler: file to follow-up list, and no child's data astray."""

from __future__ import annotations

import json
import os
import time
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

import fix_db
from childledger import db, postgres, services, summary
from childledger.settings import Settings, secret
from synthprovince import Dropped, drop, sentinel

pytestmark = pytest.mark.timeout(600)
SENTINEL = [
    sentinel.NAME,
    sentinel.ID_NUMBER,
    sentinel.PHONE,
    sentinel.GUARDIAN,
    sentinel.GUARDIAN_ID_NUMBER,
    sentinel.ADDRESS,
]
PRIVATE = {"landing", "archive", "bronze", "queues", "synthprovince"}
"""Folders of what departments sent and child directors get: personal values belong there and nowhere else."""
WITHIN = 300


class Stack:
    """A running installation of its own."""

    def __init__(self, home: Path) -> None:
        environment = {
            "CHILDLEDGER_HOME": str(home),
            "CHILDLEDGER_POSTGRES_PORT": str(fix_db.free_port()),
            "CHILDLEDGER_AIRFLOW_PORT": str(fix_db.free_port()),
            "CHILDLEDGER_SETTLE_SECONDS": "0",
        }
        os.environ.update(environment)  # services hand CHILDLEDGER_* on to Airflow, as they do for an operator
        self.environment = environment
        self.settings = Settings.load(environment)
        self.dropped: Dropped = drop(self.settings, seed=7, children=120, counties=2, on=date.today())

    def api(self, path: str) -> Any:
        base = f"http://127.0.0.1:{self.settings.airflow_port}"
        login = json.dumps({"username": "admin", "password": secret(self.settings.home, "airflow-admin")}).encode()
        request = urllib.request.Request(f"{base}/auth/token", login, {"Content-Type": "application/json"})
        token = json.load(urllib.request.urlopen(request))["access_token"]
        page = urllib.request.Request(f"{base}/api/v2/{path}", headers={"Authorization": f"Bearer {token}"})
        return json.load(urllib.request.urlopen(page))

    def rows(self, statement: str) -> list[Any]:
        with db.transaction(self.settings.database_url) as conn:
            return list(conn.execute(sa.text(statement)))


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("installation"))
    try:
        services.up(stack.settings, lambda _: None)
        deadline = time.monotonic() + WITHIN
        while summary.work_left(stack.settings) and time.monotonic() < deadline:
            time.sleep(1)
        yield stack
    finally:
        services.down(stack.settings, lambda _: None)
        orphans = [pid for pid in os.listdir("/proc") if pid.isdigit() and _belongs(pid, stack.settings.home)]
        db.engine(stack.settings.database_url).dispose()
        postgres.remove(stack.settings.home)
        for name in stack.environment:
            del os.environ[name]
        assert not orphans, f"processes outlived `down`: {orphans}"


def _belongs(pid: str, home: Path) -> bool:
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return f"CHILDLEDGER_HOME={home}".encode() in environment and int(pid) != os.getpid()


def test_the_scheduler_leaves_no_work(stack: Stack) -> None:
    assert summary.work_left(stack.settings) == {}
    assert stack.api("importErrors")["total_entries"] == 0
    needed = {
        "receive_drops",
        "ingest__education__enrolment",
        "resolve_identities",
        "refresh_ledger",
        "deliver_followups",
    }
    deadline = time.monotonic() + 90  # the last task's work is done before its run is called a success
    while True:
        runs = stack.api("dags/~/dagRuns?limit=200")["dag_runs"]
        assert {run["state"] for run in runs} <= {"success", "running", "queued"}
        if needed <= {run["dag_id"] for run in runs if run["state"] == "success"}:
            break
        assert time.monotonic() < deadline, sorted((run["dag_id"], run["state"]) for run in runs)
        time.sleep(1)


def test_the_numbers_reconcile_to_zero(stack: Stack) -> None:
    (statement,) = (row.statement for row in stack.rows("select statement from ledger.refresh where is_head"))
    assert len(statement) == 7
    assert all(line["difference"] == 0 for line in statement)
    assert all(line["went_in"] > 0 for line in statement)


def test_every_file_is_answered_in_its_own_zone(stack: Stack) -> None:
    for row in stack.rows("select receipt_id, department, county_code, verdict from intake.receipt"):
        receipts = stack.settings.landing / row.department / row.county_code / "receipts"
        answers = [path.name for path in receipts.glob(f"{row.receipt_id}_*")]
        assert any("已收到" in name for name in answers), row
        assert any(name.endswith(".json") and "已收到" not in name for name in answers), row


def test_spoiled_files_get_the_verdict_they_deserve(stack: Stack) -> None:
    mishaps = json.loads((stack.settings.home / "synthprovince/truth/mishaps.json").read_text(encoding="utf-8"))
    received = {
        (row.department, row.county_code, row.file_name): (row.verdict, row.verdict_code)
        for row in stack.rows(
            "select department, county_code, delivery.file_name, verdict, verdict_code"
            " from intake.delivery join intake.receipt using (receipt_id)"
        )
    }
    for name, told in mishaps.items():
        department, county, _, file_name = Path(told["path"]).parts[-4:]
        found = received.get((department, county, file_name))
        if told["verdict"] in ("waiting", "ignored"):
            assert found is None, name
        elif told["verdict"] == "rejected":
            assert found == ("rejected", told["code"]), name
        else:
            assert found and found[0] in ("accepted", "partial"), name


def test_the_sentinel_child_reaches_its_child_director(stack: Stack) -> None:
    lists = "".join(path.read_text(encoding="utf-8") for path in stack.settings.queues.rglob("*.json"))
    assert sentinel.NAME in lists


def test_no_personal_value_outside_the_database_and_the_recipients_files(stack: Stack) -> None:
    found = [
        str(path.relative_to(stack.settings.home))
        for path in stack.settings.home.rglob("*")
        if path.is_file()
        and path.relative_to(stack.settings.home).parts[0] not in PRIVATE
        and _names_sentinel(path.read_bytes())
    ]
    logs = list((stack.settings.home / "airflow" / "logs").rglob("*.log"))
    assert len(logs) > 50  # there was something to search
    assert list(stack.settings.reports.rglob("*.html"))
    assert found == []


def test_no_personal_value_in_the_log_of_the_database(stack: Stack) -> None:
    log = postgres.place(stack.settings.home) / "server.log"
    assert not _names_sentinel(log.read_bytes())


def test_no_personal_value_in_messages_to_machines_or_to_other_counties(stack: Stack) -> None:
    first = stack.dropped.counties[0]
    for path in stack.settings.landing.glob("*/*/receipts/*"):
        own_rows = path.suffix in (".csv", ".xlsx") and path.parts[-3] == first
        if not own_rows:
            assert not _names_sentinel(path.read_bytes()), path.name


def test_no_personal_value_in_the_database_of_airflow(stack: Stack) -> None:
    """XCom, rendered fields, audit log, asset events: whatever Airflow keeps."""
    password = secret(stack.settings.home, "airflow")
    address = f"postgresql://airflow:{password}@127.0.0.1:{stack.settings.postgres_port}/airflow"
    with psycopg.connect(address) as conn:
        tables = [row[0] for row in conn.execute("select tablename from pg_tables where schemaname = 'public'")]
        assert "xcom" in tables
        for table in tables:
            query = psycopg.sql.SQL("copy {} to stdout").format(psycopg.sql.Identifier(table))
            with conn.cursor() as cursor, cursor.copy(query) as copy:
                assert not _names_sentinel(b"".join(copy)), table


def _names_sentinel(data: bytes) -> bool:
    needles = [value.encode(encoding) for value in SENTINEL for encoding in ("utf-8", "gb18030")]
    escaped = [json.dumps(value)[1:-1].encode() for value in SENTINEL]
    return any(needle in data for needle in [*needles, *escaped])


def test_auditors_see_reports_and_strangers_do_not(stack: Stack) -> None:
    address = f"http://127.0.0.1:{stack.settings.airflow_port}/childledger/reports/index.html"
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address)
    assert refused.value.code in (401, 403)


def test_new_code_does_not_meet_services_of_the_old(stack: Stack) -> None:
    folder = stack.settings.home / "services"

    def processes() -> dict[str, str]:
        return {file.stem: file.read_text() for file in folder.glob("*.pid")}

    before = processes()
    services.up(stack.settings, lambda _: None)
    assert processes() == before
    (folder / "code").write_text("what ran before the update")
    steps: list[str] = []
    services.up(stack.settings, steps.append)
    assert "ending services of other code" in steps
    assert not set(before.items()) & set(processes().items())
    assert services.health(stack.settings)["scheduler"]["status"] == "healthy"
