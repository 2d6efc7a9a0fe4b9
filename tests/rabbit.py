"""A RabbitMQ of the tests' own, on loopback, ended by its process number."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pika

SERVER = "/usr/lib/rabbitmq/bin/rabbitmq-server"
STARTS_WITHIN = 90


def free_port() -> int:
    """A port of loopback nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def broker(folder: Path, port: int, user: str, password: str) -> Iterator[None]:
    """Run one that knows a single user; what it holds stays in the folder for the next."""
    folder.mkdir(exist_ok=True)
    settings = {"listeners.tcp.local": f"127.0.0.1:{port}", "default_user": user, "default_pass": password}
    (folder / "rabbitmq.conf").write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
    (folder / "plugins").write_text("[].\n")
    told = {
        "HOME": str(folder),
        "RABBITMQ_NODENAME": f"test{port}@localhost",
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(free_port()),
    }
    started: list[subprocess.Popen[bytes]] = []
    with (folder / "out").open("ab") as out:
        for command in (["epmd"], [SERVER]):  # a daemon of names the broker started itself would outlive it
            started.append(subprocess.Popen(command, env=os.environ | told, stdout=out, stderr=out))
    try:
        _wait(started[-1], port, user, password)
        yield
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(30)


def _wait(process: subprocess.Popen[bytes], port: int, user: str, password: str) -> None:
    last = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            pika.BlockingConnection(
                pika.ConnectionParameters("127.0.0.1", port, credentials=pika.PlainCredentials(user, password))
            ).close()
            return
        except (pika.exceptions.AMQPError, OSError):
            assert process.poll() is None and time.monotonic() < last, "the broker does not start"
            time.sleep(0.2)
