"""Killed at any moment and started again, the pipeline ends with the ledger of a run that nobody disturbed."""

from __future__ import annotations

import dataclasses
import os
import random
import signal
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
from childledger import db, pipeline
from childledger.settings import Settings

SEED = 20261124
KILLS = 8
ROUNDS = ("receive", "ingest education.enrolment", "ingest civil_affairs.screening", "resolve", "refresh", "deliver")
LEDGER = """
    select profile.name, entry.county_code, entry.tier, flag.flag_code, flag.status, item.state
    from ledger.profile as profile
    left join ledger.entry as entry on entry.child_id = profile.child_id and entry.left_date is null
    left join ledger.flag as flag on flag.child_id = profile.child_id
    left join followup.item as item on item.flag_id = flag.flag_id
    order by profile.name, flag.flag_code
"""
COUNTS = """
    select
        (select count(*) from intake.receipt) as receipts,
        (select count(*) from conformed.source_record) as records,
        (select count(*) from intake.issue) as issues,
        (select count(*) from followup.item) as items,
        (select count(*) from intake.receipt where state <> 'settled' or reported_at is null) as unfinished
"""


def drop_files(settings: Settings) -> None:
    office.drop_pupils(
        settings, [office.pupil(n, sex="?" if n % 40 == 0 else office.pupil(n)["sex"]) for n in range(1, 400)]
    )
    office.drop_pupils(settings, [office.pupil(n) for n in range(1, 390)], suffix="_更正1")
    office.drop_survey(settings, [office.survey(n, vagrancy="是" if n % 9 == 0 else "否") for n in range(1, 200)])


def outcome(settings: Settings) -> tuple[list[Any], Any]:
    with db.transaction(settings.database_url) as conn:
        statement = conn.execute(sa.text("select statement from ledger.refresh where is_head")).scalar_one()
        assert {line["difference"] for line in statement} == {0}
        ledger = [tuple(row) for row in conn.execute(sa.text(LEDGER))]
        return ledger, tuple(conn.execute(sa.text(COUNTS)).one())


def command(settings: Settings, words: str) -> subprocess.Popen[bytes]:
    env = os.environ | {
        "CHILDLEDGER_HOME": str(settings.home),
        "CHILDLEDGER_DATABASE_URL": settings.database_url,
        "CHILDLEDGER_SETTLE_SECONDS": "0",
    }
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        [sys.executable, "-m", "childledger.cli", *words.split()], env=env, stdout=quiet, stderr=quiet
    )


@pytest.mark.timeout(240)
def test_kills_change_nothing(settings: Settings, server: fix_db.Server, template: str, tmp_path: Path) -> None:
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        admin.execute(f"create database undisturbed template {template}".encode())
        calm = dataclasses.replace(
            Settings.load(
                {"CHILDLEDGER_HOME": str(tmp_path / "calm"), "CHILDLEDGER_DATABASE_URL": server.url("undisturbed")}
            ),
            settle_seconds=0,
        )
        drop_files(calm)
        for feed in pipeline.receive(calm):
            pipeline.ingest(calm, feed)
        pipeline.resolve(calm)
        pipeline.refresh(calm)
        pipeline.deliver(calm)

        drop_files(settings)
        dice = random.Random(SEED)
        for kill in range(KILLS):
            process = command(settings, ROUNDS[kill % 4] if kill % 2 else dice.choice(ROUNDS[:3]))
            time.sleep(dice.uniform(0.3, 5))
            if kill % 3 == 2:  # the database goes away under a living process
                admin.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
                    " and datname = %s",
                    [settings.database_url.rsplit("/", 1)[1]],
                )
            process.send_signal(signal.SIGKILL)
            process.wait()
            db.engine(settings.database_url).dispose()
        for words in ROUNDS:
            assert command(settings, words).wait() == 0, f"{words} after kills with seed {SEED}"
    assert outcome(settings) == outcome(calm), f"seed {SEED}"
    db.engine(calm.database_url).dispose()
