"""Start and stop everything on one machine: PostgreSQL, then Airflow, each in its own process group, no orphans.

`airflow standalone` starts the scheduler before the API server answers, and leaves its children behind when told to
stop; so each component is started here, in order, and ended here, as a group.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from childledger import db, forms, postgres
from childledger.errors import ServiceError
from childledger.settings import INCLUDE, Settings, secret

PROJECT = INCLUDE.parent
COMPONENTS = {
    "api-server": (),
    "dag-processor": (),
    "scheduler": ("--skip-serve-logs",),  # its log server would listen on every interface; the files are at hand
    "triggerer": ("--skip-serve-logs",),
}
"""Airflow components and their arguments."""
FIRST = ("api-server", "dag-processor")
"""The scheduler follows when the API server answers: tasks report to it."""
USERS = {"admin": "admin", "auditor": "viewer"}
HEALTHY_WITHIN, STOPPED_WITHIN = 120, 20
PRELOAD = '''"""Tasks are forked from the scheduler: what it has imported costs them nothing."""

import sys

if sys.argv[1:2] == ["scheduler"]:
    import logging

    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    import great_expectations  # noqa: F401
    import openpyxl  # noqa: F401
    import pandas  # noqa: F401
    import pyarrow.parquet  # noqa: F401
    import scipy.sparse.csgraph  # noqa: F401

    import childledger.pipeline  # noqa: F401
    import childledger.validation.expectations  # noqa: F401
'''


def up(settings: Settings, progress: Callable[[str], None]) -> dict[str, float]:
    """Bring up whatever does not run; return the seconds each step took. ServiceError names the log to read."""
    steps: dict[str, float] = {}

    def step(name: str, action: Callable[[], object]) -> None:
        began = time.monotonic()
        progress(name)
        action()
        steps[name] = time.monotonic() - began

    step("PostgreSQL", lambda: start_databases(settings))
    if any(is_running(settings, component) for component in COMPONENTS) and not _is_of(settings, code()):
        step("ending services of other code", lambda: end(settings, lambda _: None))
    step("ledger migrations", lambda: db.migrate(settings.database_url))
    step("templates", lambda: forms.publish(settings))
    if all(is_running(settings, component) for component in COMPONENTS):
        return steps
    write_airflow_files(settings)
    _code_file(settings).write_text(code())
    step("Airflow database", lambda: run_airflow(settings, "db", "migrate"))
    for component in FIRST:
        start(settings, component)
    step("Airflow API server", lambda: wait_for(settings, "metadatabase"))
    for component in COMPONENTS:
        start(settings, component)
    step("Airflow scheduler", lambda: wait_for(settings, "scheduler"))
    return steps


def down(settings: Settings, progress: Callable[[str], None]) -> None:
    """End every process this installation started, and wait until they are gone."""
    end(settings, progress)
    progress("stopping PostgreSQL")
    postgres.stop(settings.home)


def end(settings: Settings, progress: Callable[[str], None]) -> None:
    """End Airflow; a task that is ended with it is tried again when Airflow is back."""
    groups = {component: pid for component in COMPONENTS if (pid := _pid(settings, component))}
    for pid in groups.values():
        _signal(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOPPED_WITHIN
    for component, pid in groups.items():
        progress(f"stopping {component}")
        while _group_alive(pid) and time.monotonic() < deadline:
            time.sleep(0.1)
        _signal(pid, signal.SIGKILL)
        _pid_file(settings, component).unlink(missing_ok=True)


def code() -> str:
    """Digest of what a running service may hold in memory: modules, rules, queries, and the packages under them."""
    digest = hashlib.sha256((PROJECT / "requirements.lock.txt").read_bytes())
    for folder in (INCLUDE, PROJECT / "plugins"):
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                digest.update(f"{file.relative_to(PROJECT)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def is_running(settings: Settings, component: str) -> bool:
    """Tell whether a component's process is alive."""
    return _pid(settings, component) is not None


def start_databases(settings: Settings) -> None:
    """Start the embedded server and make sure both databases exist, each with a role of its own."""
    password = secret(settings.home, "postgres")
    postgres.start(settings.home, settings.postgres_port, password)
    address = postgres.admin_url(settings.postgres_port, password)
    for database, name in (("airflow", "airflow"), ("childledger", "ledger")):
        postgres.create_database(address, database, secret(settings.home, name))


def airflow_environment(settings: Settings) -> dict[str, str]:
    """Environment of every Airflow process of this installation, and of the tasks it runs."""
    home, port = settings.home / "airflow", settings.airflow_port
    metadata = f"127.0.0.1:{settings.postgres_port}/airflow"
    url = f"postgresql+psycopg://airflow:{secret(settings.home, 'airflow')}@{metadata}"
    fernet = base64.urlsafe_b64encode(hashlib.sha256(secret(settings.home, "fernet").encode()).digest()).decode()
    options = {
        "CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": "4",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__DEFAULT_TIMEZONE": "Asia/Shanghai",
        "CORE__FERNET_KEY": fernet,
        "CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{user}:{role}" for user, role in USERS.items()),
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        "DATABASE__SQL_ALCHEMY_CONN": url,
        "DATABASE__SQL_ALCHEMY_CONN_ASYNC": url,
        "API__HOST": "127.0.0.1",
        "API__PORT": str(port),
        "API__BASE_URL": f"http://127.0.0.1:{port}",
        "API__SECRET_KEY": secret(settings.home, "api"),
        "API__EXPOSE_CONFIG": "False",
        "API__WORKERS": "1",
        "API_AUTH__JWT_SECRET": secret(settings.home, "jwt"),
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
        "LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "LOGGING__LOGGING_LEVEL": "INFO",
        "DAG_PROCESSOR__REFRESH_INTERVAL": "300",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TZ")}
    ours = {name: value for name, value in os.environ.items() if name.startswith("CHILDLEDGER_")}
    airflow = {f"AIRFLOW__{name}": value for name, value in options.items()}
    quiet = {"PYTHONWARNINGS": "ignore", "OPENBLAS_NUM_THREADS": "1", "NO_PROXY": "127.0.0.1"}
    own_path = f"{Path(sys.executable).parent}{os.pathsep}{inherited.get('PATH', '')}"
    return {**inherited, **ours, **airflow, **quiet, "PATH": own_path, "AIRFLOW_HOME": str(home)} | {
        "CHILDLEDGER_HOME": str(settings.home)
    }


def write_airflow_files(settings: Settings) -> None:
    """Write the accounts' passwords (0600) and what the scheduler imports before it forks."""
    home = settings.home / "airflow"
    (home / "config").mkdir(parents=True, exist_ok=True)
    (settings.home / "services").mkdir(exist_ok=True)
    passwords = home / "passwords.json"
    passwords.touch(mode=0o600)
    passwords.write_text(json.dumps({user: secret(settings.home, f"airflow-{user}") for user in USERS}))
    (home / "config" / "airflow_local_settings.py").write_text(PRELOAD)


def run_airflow(settings: Settings, *arguments: str) -> None:
    """Run one airflow command to its end."""
    log = _log_file(settings, arguments[0])
    with log.open("ab") as output:
        command = [sys.executable, "-m", "airflow", *arguments]
        done = subprocess.run(
            command, env=airflow_environment(settings), stdout=output, stderr=output, check=False, cwd=settings.home
        )
    if done.returncode:
        raise ServiceError(f"airflow {' '.join(arguments)} failed; see {log}")


def start(settings: Settings, component: str) -> None:
    """Start a component in a process group of its own, unless it runs."""
    if is_running(settings, component):
        return
    with _log_file(settings, component).open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "airflow", component, *COMPONENTS[component]],
            env=airflow_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=settings.home,
            start_new_session=True,
        )
    _pid_file(settings, component).write_text(str(process.pid))


def wait_for(settings: Settings, part: str) -> None:
    """Wait until Airflow's health page says that a part is healthy."""
    deadline = time.monotonic() + HEALTHY_WITHIN
    while time.monotonic() < deadline:
        if health(settings).get(part, {}).get("status") == "healthy":
            return
        time.sleep(0.3)
    raise ServiceError(f"Airflow's {part} is not healthy after {HEALTHY_WITHIN} s; see {_log_file(settings, '*')}")


def health(settings: Settings) -> Mapping[str, Mapping[str, str]]:
    """What Airflow says of itself; empty while it does not answer."""
    address = f"http://127.0.0.1:{settings.airflow_port}/api/v2/monitor/health"
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            found: Mapping[str, Mapping[str, str]] = json.load(answer)
            return found
    except (urllib.error.URLError, TimeoutError, ConnectionError, ValueError):
        return {}


def _pid_file(settings: Settings, component: str) -> Path:
    return settings.home / "services" / f"{component}.pid"


def _code_file(settings: Settings) -> Path:
    return settings.home / "services" / "code"


def _is_of(settings: Settings, digest: str) -> bool:
    """Tell whether Airflow was started with this code; what came before this was recorded was not."""
    file = _code_file(settings)
    return file.exists() and file.read_text() == digest


def _log_file(settings: Settings, component: str) -> Path:
    return settings.home / "services" / f"{component}.log"


def _pid(settings: Settings, component: str) -> int | None:
    return postgres.live(_pid_file(settings, component), "airflow")


def _group_alive(pid: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # ours when `up` and `down` share a process
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)
