"""Everything that differs between two installations, read from the environment once and never changed.

Nothing is read or created at import: call `Settings.load()`.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

INCLUDE = Path(__file__).resolve().parent.parent
BEIJING = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Settings:
    """Paths, database address and limits of one installation."""

    home: Path
    """Everything that is written: landing zones, archive, receipts, reports, queues, services."""
    landing: Path
    """landing/<department>/<county_code>/inbox/ and receipts/ beside it."""
    archive: Path
    """archive/<first two hex>/<sha256>: the bytes as received, never changed."""
    bronze: Path
    """bronze/<receipt_id>.parquet: the rows as text, with line numbers."""
    reports: Path
    """Validation reports for auditors, without personal values."""
    queues: Path
    """queues/<county_code>/: what child directors receive."""
    feeds: Path
    """Contracts: one <department>.<feed>.odcs.yaml each."""
    expectations: Path
    """Great Expectations suites built from the contracts."""
    database_url: str
    """SQLAlchemy URL of the ledger database, postgresql+psycopg://…"""
    settle_seconds: float
    """A drop without change for this long is complete."""
    max_file_bytes: int
    max_file_seconds: int
    """Wall and CPU limit for the child process that reads one workbook."""
    airflow_port: int
    postgres_port: int
    poll: str
    """Cron expression of the only poller, `receive_drops`."""

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read CHILDLEDGER_* variables; every one has a default under CHILDLEDGER_HOME."""
        env = os.environ if environ is None else environ
        home = Path(env.get("CHILDLEDGER_HOME") or INCLUDE.parent / ".childledger").resolve()

        def path(name: str, default: Path) -> Path:
            return Path(env.get(f"CHILDLEDGER_{name}") or default).resolve()

        postgres_port = int(env.get("CHILDLEDGER_POSTGRES_PORT", "25432"))
        return cls(
            home=home,
            landing=path("LANDING", home / "landing"),
            archive=path("ARCHIVE", home / "archive"),
            bronze=path("BRONZE", home / "bronze"),
            reports=path("REPORTS", home / "reports"),
            queues=path("QUEUES", home / "queues"),
            feeds=path("FEEDS", INCLUDE / "feeds"),
            expectations=path("EXPECTATIONS", INCLUDE.parent / "expectations"),
            database_url=env.get("CHILDLEDGER_DATABASE_URL")
            or f"postgresql+psycopg://childledger:{secret(home, 'ledger')}@127.0.0.1:{postgres_port}/childledger",
            settle_seconds=float(env.get("CHILDLEDGER_SETTLE_SECONDS", "10")),
            max_file_bytes=int(env.get("CHILDLEDGER_MAX_FILE_BYTES", str(256 * 1024 * 1024))),
            max_file_seconds=int(env.get("CHILDLEDGER_MAX_FILE_SECONDS", "30")),
            airflow_port=int(env.get("CHILDLEDGER_AIRFLOW_PORT", "28080")),
            postgres_port=postgres_port,
            poll=env.get("CHILDLEDGER_POLL", "* * * * *"),
        )

    def archived(self, sha256: str) -> Path:
        """Where the bytes with this digest are kept."""
        return self.archive / sha256[:2] / sha256


def province() -> str:
    """Return the key of the province served, CHILDLEDGER_PROVINCE: a file in include/rules/provinces, Henan if absent.

    A process serves one province, so this is read from the environment and not from a `Settings`.
    """
    return os.environ.get("CHILDLEDGER_PROVINCE") or "henan"


def secret(home: Path, name: str) -> str:
    """Return the named password of this installation, drawn at random on first use and kept with mode 0600.

    Long on purpose: Airflow's secrets masker replaces substrings, and a short password would mask innocent text.
    """
    file = home / "secrets" / f"{name}.json"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = file.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            json.dump(secrets.token_urlsafe(32), stream)
        with contextlib.suppress(FileExistsError):  # two processes may race: the first one's password stands
            os.link(draft, file)
        draft.unlink()
    value: str = json.loads(file.read_text())
    return value


def today() -> date:
    """The business date: today in Beijing, whatever the machine's time zone."""
    return datetime.now(BEIJING).date()
