"""A real PostgreSQL for the whole session and a freshly migrated ledger for every test that asks for one."""

from __future__ import annotations

import dataclasses
import itertools
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import Connection

from childledger import db, postgres
from childledger.settings import Settings

NUMBERS = itertools.count(1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclasses.dataclass(frozen=True)
class Server:
    home: Path
    port: int
    password: str

    @property
    def admin_url(self) -> str:
        return postgres.admin_url(self.port, self.password)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres:{self.password}@127.0.0.1:{self.port}/{database}"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("postgres"), free_port(), secrets.token_urlsafe(24))
    postgres.start(server.home, server.port, server.password)
    yield server
    postgres.remove(server.home)


@pytest.fixture(scope="session")
def template(server: Server) -> str:
    """A migrated database every test's own is copied from."""
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        admin.execute("create database template_ledger")
    db.migrate(server.url("template_ledger"))
    return "template_ledger"


@pytest.fixture
def ledger_url(server: Server, template: str) -> Iterator[str]:
    name = f"ledger_{next(NUMBERS)}"
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        admin.execute(f"create database {name} template {template}".encode())
        yield server.url(name)
        db.engine(server.url(name)).dispose()
        admin.execute(f"drop database {name} with (force)".encode())


@pytest.fixture
def settings(ledger_url: str, tmp_path: Path) -> Settings:
    found = Settings.load({"CHILDLEDGER_HOME": str(tmp_path / "home"), "CHILDLEDGER_DATABASE_URL": ledger_url})
    return dataclasses.replace(found, settle_seconds=0)


@pytest.fixture
def conn(ledger_url: str) -> Iterator[Connection]:
    with db.transaction(ledger_url) as conn:
        yield conn
