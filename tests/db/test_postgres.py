"""The embedded server: safe to start and stop twice, closed to strangers, and silent about what is in the rows."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import psycopg
import pytest

import fix_db
from childledger import postgres
from childledger.errors import ServiceError

NAME = "赵哨兵ZZ"


def test_starting_and_stopping_twice_is_fine(tmp_path: Path) -> None:
    port = fix_db.free_port()
    try:
        for _ in range(2):
            postgres.start(tmp_path, port, "first-password")
        with psycopg.connect(postgres.admin_url(port, "first-password")) as conn:
            assert conn.execute("show data_checksums").fetchone() == ("on",)
        with pytest.raises(ServiceError, match="secrets are gone") as refused:
            postgres.start(tmp_path, port, "drawn-anew")
        assert str(postgres.place(tmp_path)) in str(refused.value)
        for _ in range(2):
            postgres.stop(tmp_path)
        assert not postgres.is_running(tmp_path)
    finally:
        postgres.remove(tmp_path)


def test_a_wrong_password_is_refused(server: fix_db.Server) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.admin_url(server.port, "wrong"))


def test_it_listens_on_loopback_only(server: fix_db.Server) -> None:
    listening = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            address, state = line.split()[1], line.split()[3]
            if state == "0A" and int(address.rsplit(":", 1)[1], 16) == server.port:
                listening.append(address.rsplit(":", 1)[0])
    assert listening == ["0100007F"]  # 127.0.0.1


def test_its_log_never_quotes_a_row(server: fix_db.Server) -> None:
    with psycopg.connect(server.admin_url, autocommit=True) as conn:
        conn.execute("create temporary table child (name text unique, born date check (born > '2000-01-01'))")
        conn.execute("insert into child values (%s)", [NAME])
        for statement, values in (
            ("insert into child values (%s)", [NAME]),
            ("select %s::text::integer", [NAME]),
            ("insert into child values (%s, '1999-01-01')", [NAME + "2"]),
        ):
            with pytest.raises(psycopg.Error):
                conn.execute(statement, values)
    assert NAME.encode() not in (postgres.place(server.home) / "server.log").read_bytes()


def test_an_ordinary_user_needs_no_root() -> None:
    """As root, a child process becomes nobody first: everything it needs is imported by then."""
    home = Path(tempfile.mkdtemp(prefix="childledger-", dir="/var/tmp"))
    child = os.fork()
    if child == 0:
        os._exit(_as_nobody(home, fix_db.free_port()))
    try:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _as_nobody(home: Path, port: int) -> int:
    """Exit code of a start and stop as an ordinary user; the wheel is copied first, as nobody may not reach it."""
    try:
        if os.getuid() == 0:
            nobody = 65534
            postgres.install(home / "postgres")
            for path in (home, *home.rglob("*")):
                os.chown(path, nobody, nobody)
            os.setgroups([])
            os.setgid(nobody)
            os.setuid(nobody)
        postgres.start(home, port, "a-password")
        with psycopg.connect(postgres.admin_url(port, "a-password")) as conn:
            conn.execute("select 1")
        postgres.stop(home)
        return int(postgres.is_running(home))
    except BaseException as error:
        print(f"as an ordinary user: {error!r}")
        return 1
