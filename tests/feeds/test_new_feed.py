"""A new feed is one contract and two samples: no Python, no SQL, no DAG, no migration was written for this one."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

import office
from childledger import contracts, db, generate, pipeline
from childledger.settings import INCLUDE, Settings

FEED = "womens_federation.counselling"
GIVEN = Path(__file__).parent / "new_feed"
CONTRACT = f"{FEED}{contracts.SUFFIX}"


@pytest.fixture
def extended(settings: Settings, tmp_path: Path) -> Settings:
    """This installation after somebody added the one file and ran `childledger feeds`."""
    shutil.copytree(INCLUDE / "feeds", tmp_path / "feeds")
    shutil.copy(GIVEN / CONTRACT, tmp_path / "feeds")
    found = dataclasses.replace(settings, feeds=tmp_path / "feeds", expectations=tmp_path / "expectations")
    generate.feeds(found, found.feeds, write=True)
    return found


def numbers(settings: Settings, statement: str) -> list[tuple[object, ...]]:
    with db.transaction(settings.database_url) as conn:
        return [tuple(row) for row in conn.execute(sa.text(statement))]


def take_in(settings: Settings) -> None:
    for name, county in (("good", "410105"), ("bad", "410102")):
        data = (GIVEN / f"{name}.csv").read_bytes().replace(b"410105,", f"{county},".encode())
        office.drop(settings, "womens_federation", f"家庭教育指导_{county}_{office.AS_OF}.csv", data, county)
    assert pipeline.receive(settings) == [FEED]
    assert len(pipeline.ingest(settings, FEED)) == 2
    pipeline.resolve(settings)
    pipeline.refresh(settings, date(2026, 7, 10))
    pipeline.index(settings)


def test_a_new_feed_reaches_the_ledger(extended: Settings) -> None:
    take_in(extended)
    files = "select county_code, verdict, accepted_count, rejected_count from intake.receipt order by 1"
    assert numbers(extended, files) == [("410102", "partial", 1, 1), ("410105", "accepted", 3, 0)]
    assert numbers(extended, "select column_name, code from intake.issue") == [("counselling_topic", "NOT_IN_LIST")]
    facts = "select value, count(*) from ledger.fact where kind = 'counselling_topic' group by 1 order by 1"
    assert numbers(extended, facts) == [("grandparents", 2), ("learning", 1), ("talking", 1)]
    assert numbers(extended, "select count(distinct child_id) from identity.member") == [(3,)]


def test_a_new_feed_is_answered_and_reported(extended: Settings) -> None:
    take_in(extended)
    told = sorted(path.name for path in (extended.landing / "womens_federation/410105/receipts").glob("*全部收下*"))
    assert {name.rsplit(".", 1)[1] for name in told} >= {"json", "txt"}
    assert (extended.landing / "womens_federation/410102/receipts").is_dir()
    pages = [path.read_text(encoding="utf-8") for path in sorted(extended.reports.glob("2026H1/[0-9]*.html"))]
    assert len(pages) == 2 and all("家庭教育指导" in page and "counselling_topic/NOT_IN_LIST" in page for page in pages)


def test_too_many_rows_are_told_with_the_bounds(extended: Settings) -> None:
    head, line, *_ = (GIVEN / "good.csv").read_text("utf-8").splitlines(keepends=True)
    data = (head + line * 1001).encode()
    office.drop(extended, "womens_federation", f"家庭教育指导_410105_{office.AS_OF}.csv", data)
    pipeline.receive(extended)
    pipeline.ingest(extended, FEED)
    told = numbers(extended, "select verdict, verdict_code, verdict_detail from intake.receipt")
    assert told == [("rejected", "ROW_COUNT_OUT_OF_RANGE", {"rows": 1001, "minimum": 1, "maximum": 1000})]


def test_a_new_feed_is_documented(extended: Settings) -> None:
    pages = [(generate.reference(extended) / name).read_text("utf-8") for name in ("feeds.md", "报送字段说明.md")]
    assert all("家庭教育指导_410105_20260630.csv" in page and "隔代教养" in page for page in pages)
    assert generate.feeds(extended, extended.feeds, write=False) == []


def test_a_new_feed_has_its_dag(tmp_path: Path) -> None:
    script = (
        "from airflow.dag_processing.dagbag import DagBag\n"
        f"bag = DagBag({str(INCLUDE.parent / 'dags' / 'ingest.py')!r})\n"
        "print(sorted(bag.dags), bag.import_errors)"
    )
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "CHILDLEDGER_HOME": str(tmp_path / "home"),
        "CHILDLEDGER_FEEDS": str(GIVEN),
    }
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=120)
    assert done.stdout.splitlines()[-1:] == ["['ingest__womens_federation__counselling'] {}"], done.stderr[-2000:]
