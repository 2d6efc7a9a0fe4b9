"""What every DAG shares: ids, defaults, assets and the way to the package. The only module that knows Airflow."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Asset

from childledger.contracts import Contract, load_all
from childledger.settings import BEIJING, Settings

TIMEZONE = BEIJING
HOURLY = "7 * * * *"
"""The sweep behind every asset: an event may be lost, the work it announced is found by state all the same."""

DEFAULTS: dict[str, Any] = {
    "catchup": False,
    "max_active_runs": 1,
    "default_args": {
        "owner": "childledger",
        "retries": 2,
        "retry_delay": timedelta(seconds=30),
        "execution_timeout": timedelta(minutes=30),
    },
}
IDENTITIES = Asset("childledger://identities")
LEDGER = Asset("childledger://ledger")


def settings() -> Settings:
    """Settings of this installation, from the environment the scheduler was started with."""
    return Settings.load()


def feeds() -> list[Contract]:
    """Every contract, in order of feed."""
    return list(load_all(settings().feeds).values())


def answer(told: dict[str, Any]) -> dict[str, str]:
    """Officer and reason of an answered required action; an empty reason is refused by the gate, not filled in."""
    officer = told["responded_by_user"] or {}
    reason = (told["params_input"] or {}).get("reason")
    return {"officer": str(officer.get("name") or officer.get("id") or ""), "reason": str(reason or "")}


def ingest_id(feed: str) -> str:
    """DAG id of a feed."""
    return f"ingest__{feed.replace('.', '__')}"


def received(feed: str) -> Asset:
    """Files of a feed were claimed."""
    return Asset(f"childledger://received/{feed}")


def conformed(feed: str) -> Asset:
    """Records of a feed were published."""
    return Asset(f"childledger://conformed/{feed}")
