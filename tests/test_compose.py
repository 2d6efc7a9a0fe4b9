"""docker-compose.yml as the real Compose reads it: complete, closed, and safe to publish."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from childledger import postgres
from childledger.settings import Settings

PROJECT = Path(__file__).resolve().parent.parent
TEXT = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
REQUIRED = sorted(set(re.findall(r"\$\{(\w+):\?", TEXT)))
FILLED = {name: f"secret-of-{name}" for name in REQUIRED}
OURS = ("init", "api-server", "scheduler", "dag-processor", "triggerer", "worker")
"""Services that run our image."""
WRITTEN = {"home", "landing", "archive", "bronze", "reports", "queues"}
"""Paths of Settings that tasks write; the others are part of the image."""


def compose(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("docker-compose"), "-f", PROJECT / "docker-compose.yml", *arguments]
    # neither the caller's variables nor an operator's .env decide the outcome
    clean = {"PATH": os.environ["PATH"], "COMPOSE_DISABLE_ENV_FILE": "1", **env}
    return subprocess.run(command, env=clean, capture_output=True, text=True, check=False)


def read(*profiles: str, **env: str) -> dict[str, Any]:
    chosen = [word for profile in profiles for word in ("--profile", profile)]
    done = compose(*chosen, "config", "--format", "json", env=FILLED | env)
    assert done.returncode == 0, done.stderr
    assert not done.stderr  # a warning is a variable nobody set
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    """Every service, those of the profile included."""
    return read("scale")


def test_secrets_are_required() -> None:
    assert set(REQUIRED) >= {
        "POSTGRES_PASSWORD",
        "AIRFLOW_DB_PASSWORD",
        "LEDGER_DB_PASSWORD",
        "AIRFLOW_FERNET_KEY",
        "AIRFLOW_JWT_SECRET",
        "AIRFLOW_API_SECRET_KEY",
        "AIRFLOW_ADMIN_PASSWORD",
    }


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_secret_is_named(name: str) -> None:
    done = compose("config", "--quiet", env={other: value for other, value in FILLED.items() if other != name})
    assert done.returncode != 0
    assert re.search(rf"required variable {name} is missing a value: \S", done.stderr)


@pytest.mark.parametrize("name", REQUIRED)
def test_an_empty_secret_is_no_secret(name: str) -> None:
    assert compose("config", "--quiet", env=FILLED | {name: ""}).returncode != 0


def test_scale_adds_redis_and_a_worker(whole: dict[str, Any]) -> None:
    plain = read()["services"]
    assert set(whole["services"]) - set(plain) == {"redis", "worker"}
    assert {name: whole["services"][name] for name in plain} == plain


def test_the_executor_is_local_unless_chosen(whole: dict[str, Any]) -> None:
    assert _environments(whole, "AIRFLOW__CORE__EXECUTOR") == {"LocalExecutor"}
    assert _environments(read(AIRFLOW_EXECUTOR="CeleryExecutor"), "AIRFLOW__CORE__EXECUTOR") == {"CeleryExecutor"}


def test_the_province_is_that_of_the_setting(whole: dict[str, Any]) -> None:
    assert _environments(whole, "CHILDLEDGER_PROVINCE") == {"henan"}
    assert _environments(read(CHILDLEDGER_PROVINCE="guangdong"), "CHILDLEDGER_PROVINCE") == {"guangdong"}


def test_every_service_is_watched_and_comes_back(whole: dict[str, Any]) -> None:
    for name, service in whole["services"].items():
        if name == "init":
            assert service["restart"] == "no"
        else:
            assert service["healthcheck"]["test"], name
            assert service["restart"] == "unless-stopped", name


def test_every_airflow_service_waits_for_init(whole: dict[str, Any]) -> None:
    for name in set(OURS) - {"init"}:
        assert whole["services"][name]["depends_on"]["init"]["condition"] == "service_completed_successfully", name


def test_every_airflow_service_runs_in_the_same_environment(whole: dict[str, Any]) -> None:
    environments = [dict(whole["services"][name]["environment"]) for name in OURS]
    assert environments[0].pop("AIRFLOW_ADMIN_PASSWORD")  # known to init alone
    assert all(environment == environments[0] for environment in environments)


def test_no_secret_is_written_in_the_file(whole: dict[str, Any]) -> None:
    """Whatever is named like a secret, or sits where an address has its password, comes from a required variable."""
    secret = re.compile(r"PASSWORD|SECRET|FERNET|TOKEN|AUTH$")
    for name, service in whole["services"].items():
        for variable, value in service.get("environment", {}).items():
            found = re.findall(r"://[^/@]*:([^/@]*)@", value)
            if secret.search(variable):
                found.append(value)
            assert set(found) <= set(FILLED.values()), f"{name}: {variable}"
        for words in (service.get("command"), service.get("entrypoint"), service.get("healthcheck", {}).get("test")):
            assert not any(value in str(words) for value in FILLED.values()), name
    assert not any(value in str(whole["configs"]) for value in FILLED.values())


@pytest.mark.parametrize("name", OURS)
def test_every_written_path_is_a_volume(whole: dict[str, Any], name: str) -> None:
    service = whole["services"][name]
    settings = Settings.load(service["environment"])
    paths = {field.name for field in dataclasses.fields(Settings) if field.type == "Path"}
    assert paths - {"feeds", "expectations"} == WRITTEN
    volumes = {mount["target"]: mount["source"] for mount in service["volumes"] if mount["type"] == "volume"}
    assert {volumes.get(str(getattr(settings, path))) for path in WRITTEN} == WRITTEN
    assert set(volumes.values()) <= set(whole["volumes"])


def test_volumes_cover_folders_that_the_image_gives_to_its_user(whole: dict[str, Any]) -> None:
    build = whole["services"]["init"]["build"]["dockerfile_inline"]
    for mount in whole["services"]["scheduler"]["volumes"]:
        assert re.search(rf"\s{re.escape(mount['target'])}\s", build.partition("WORKDIR")[0]), mount["target"]


def test_the_image_holds_everything_that_runs(whole: dict[str, Any]) -> None:
    build = whole["services"]["init"]["build"]["dockerfile_inline"]
    copied = {word for line in re.findall(r"^COPY (.+) \S+$", build, re.MULTILINE) for word in line.split()}
    assert {"dags", "plugins", "include", "expectations", "requirements.production.lock.txt"} <= copied
    assert all((PROJECT / name).exists() for name in copied)
    assert not build.rstrip().endswith("USER root")
    assert build.rstrip().splitlines()[-1].startswith("USER ")


def test_only_the_api_server_is_published_and_only_to_this_machine(whole: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in whole["services"].items() if service.get("ports")}
    assert set(published) == {"api-server"}
    assert all(port["host_ip"] == "127.0.0.1" for port in published["api-server"])
    assert not any("network_mode" in service for service in whole["services"].values())


def test_the_ledger_has_a_role_of_its_own(whole: dict[str, Any]) -> None:
    (ledger,) = _environments(whole, "CHILDLEDGER_DATABASE_URL")
    (metadata,) = _environments(whole, "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN")
    assert _environments(whole, "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC") == {metadata}
    assert ledger == f"postgresql+psycopg://childledger:{FILLED['LEDGER_DB_PASSWORD']}@postgres:5432/childledger"
    assert metadata == f"postgresql+psycopg://airflow:{FILLED['AIRFLOW_DB_PASSWORD']}@postgres:5432/airflow"


def test_the_server_is_as_silent_as_the_embedded_one(whole: dict[str, Any]) -> None:
    """No value of a row in PostgreSQL's log, and the same time zone."""
    wanted = {name: value for name, value in postgres.OPTIONS.items() if name.startswith("log_") or name == "timezone"}
    given = dict(word.removeprefix("-c").split("=") for word in whole["services"]["postgres"]["command"][1:])
    assert given == wanted


def _environments(config: dict[str, Any], variable: str) -> set[str]:
    return {config["services"][name]["environment"][variable] for name in OURS if name in config["services"]}
