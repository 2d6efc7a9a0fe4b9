"""What follows a flag, at size: items queued and delivered, and a deliverer killed again and again.

    python -m bench.followup deliver   100,000 items: enqueue, plan, write every list, mark told; seconds of each
    python -m bench.followup kills     200 kills of a process that delivers to folders and to a system: lost and doubled
    python -m bench.followup simulate  three years of a province whose people visit, miss and answer: the bars, a page

A PostgreSQL of its own is started in a temporary folder and removed.
"""

from __future__ import annotations

import argparse
import http.server
import json
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml

from childledger import calendar, db, ledger, pace, pipeline, places, postgres
from childledger.ledger.items import AHEAD, FIRST_DAY
from childledger.settings import Settings, today

SEED = 20261126
FLAGGED = """
    with child as (
        insert into identity.child (merged_into) select null from generate_series(1, :count) returning child_id
    ),
    profile as (
        insert into ledger.profile (
            child_id, name, birth_date, sex, residence_code, residence_township, residence_village, address,
            guardian_name, guardian_phone, last_evidence_date, last_seen_date
        )
        select
            child_id, '学生' || child_id, cast('2016-01-01' as date), '1',
            cast(:counties as jsonb) ->> cast(child_id % :spread as integer), '第' || child_id / :spread % 15 || '街道',
            '第' || child_id / :spread % 60 || '社区', '花园路' || child_id / 2 || '号', '家长', '139' || child_id / 2,
            :day, :day
        from child
        returning child_id, residence_code
    )
    insert into ledger.flag
        (child_id, flag_code, county_code, evidence_fingerprint, evidence, rule_version, raised_date)
    select child_id, cast(:codes as jsonb) ->> cast(child_id % :kinds as integer), residence_code, '-', '[]', '1', :day
    from profile
"""


@contextmanager
def office() -> Iterator[Settings]:
    """An empty ledger of its own."""
    with tempfile.TemporaryDirectory(prefix="followup") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port, password = int(probe.getsockname()[1]), secrets.token_urlsafe(24)
        probe.close()
        home = Path(folder)
        postgres.start(home / "postgres", port, password)
        try:
            url = f"postgresql+psycopg://postgres:{password}@127.0.0.1:{port}/postgres"
            db.migrate(url)
            yield Settings.load({"CHILDLEDGER_HOME": folder, "CHILDLEDGER_DATABASE_URL": url})
            db.engine(url).dispose()
        finally:
            postgres.remove(home / "postgres")


def flag(settings: Settings, count: int) -> None:
    """Children with one open flag each, two to a household, over every county of the province."""
    counties, codes = sorted(places.counties()), sorted(ledger.rules().flags)
    values = {"count": count, "day": today(), "spread": len(counties), "kinds": len(codes)}
    with db.transaction(settings.database_url) as conn:
        conn.execute(sa.text(FLAGGED), values | {"counties": db.json(counties), "codes": db.json(codes)})


def enqueue(settings: Settings) -> None:
    """Every flag's item, as the last steps of a refresh do it."""
    with db.transaction(settings.database_url) as conn:
        opened = db.run(conn, "ledger/insert_refresh", as_of=today(), rules_sha256="-", code_version="-")
        refresh_id = opened.scalar_one()
        due, basis = calendar.add_working_days(today(), 3)
        days = {code: (due, basis) for code in ledger.rules().flags}
        queues = dict.fromkeys(days, "visit")
        db.run(conn, "ledger/enqueue_items", refresh_id=refresh_id, due=db.json(days), queues=db.json(queues))
        known = [(day.isoformat(), *rest) for day, *rest in calendar.days(FIRST_DAY, today() + AHEAD)]
        db.run(conn, "ledger/upsert_workdays", days=db.json(known))


def deliver(options: argparse.Namespace) -> None:
    with office() as settings:
        flag(settings, options.items)
        began, busy = time.monotonic(), time.process_time()
        enqueue(settings)
        queued = time.monotonic()
        delivered = pipeline.deliver(settings)
        done, busy = time.monotonic(), time.process_time() - busy
        pipeline.deliver(settings)
        again = time.monotonic()
        files = Counter(path.suffix for path in settings.queues.rglob("*.*"))
        with db.transaction(settings.database_url) as conn:
            states = conn.execute(sa.text("select state, count(*) from followup.outbox group by state")).all()
        print(f"{delivered} items: enqueued {queued - began:.1f} s, delivered {done - queued:.1f} s, "
              f"together {done - began:.1f} s (this process at work {busy:.1f} s); "
              f"once more with nothing new {again - done:.1f} s")  # fmt: skip
        print(f"files {dict(files)}; outbox {dict(map(tuple, states))}")


class Receiver(http.server.ThreadingHTTPServer):
    """Takes every event, some only the second time."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.calls: Counter[str] = Counter()
        self.bodies: dict[str, set[bytes]] = {}


class Answer(http.server.BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body, key = self.rfile.read(int(self.headers["Content-Length"])), str(self.headers["Idempotency-Key"])
        self.server.calls[key] += 1
        self.server.bodies.setdefault(key, set()).add(body)
        self.send_response(503 if self.server.calls[key] == 1 and int(key) % 50 == 0 else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return


def kills(options: argparse.Namespace) -> None:
    with office() as settings:
        told = kill(settings, options.kills)
    print(", ".join(f"{name} {count}" for name, count in told.items()))


def kill(settings: Settings, count: int) -> dict[str, int]:
    """Queue, deliver to folders and to a system, and kill the deliverer so many times; what was lost and doubled."""
    dice, system = random.Random(SEED), Receiver()
    thread = threading.Thread(target=system.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    with db.transaction(settings.database_url) as conn:
        url = f"http://127.0.0.1:{system.server_port}/"
        pipeline.followup.outbox.open_endpoint(conn, "system", url, None, "bench")
    killed = 0
    while killed < count:
        flag(settings, 20)
        enqueue(settings)
        process = _deliverer(settings)
        try:
            process.wait(dice.uniform(0.4, 2.0))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
    pipeline.deliver(settings)
    system.shutdown()
    system.server_close()
    return {"kills": killed} | _judge(settings, system)


def _deliverer(settings: Settings) -> subprocess.Popen[bytes]:
    named = {"CHILDLEDGER_HOME": str(settings.home), "CHILDLEDGER_DATABASE_URL": settings.database_url}
    command = [sys.executable, "-m", "childledger.cli", "deliver"]
    return subprocess.Popen(command, env=os.environ | named, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _judge(settings: Settings, system: Receiver) -> dict[str, int]:
    with db.transaction(settings.database_url) as conn:
        items = set(conn.execute(sa.text("select item_id from followup.item")).scalars())
        events = set(map(str, conn.execute(sa.text("select event_id from followup.event")).scalars()))
        owed = conn.execute(sa.text("select count(*) from followup.outbox where state <> 'delivered'")).scalar_one()
    listed = [
        item["item_id"]
        for path in settings.queues.glob("*/待走访名单_*.json")
        for item in json.loads(path.read_text(encoding="utf-8"))["items"]
    ]
    return {
        "items": len(items),
        "items lost": len(items - set(listed)),
        "items listed twice": len(listed) - len(set(listed)),
        "events": len(events),
        "events the system never heard of": len(events - set(system.calls)),
        "events invented": len(set(system.calls) - events),
        "events told in two ways": sum(len(bodies) > 1 for bodies in system.bodies.values()),
        "calls repeated": sum(times - 1 for times in system.calls.values()),
        "events still owed": owed,
    }


def confirm(folder: Path, households_a_day: int) -> None:
    """What the office confirms of how many homes a director can go to, instead of rules/followup.yaml."""
    said = yaml.safe_load(pace.FILE.read_text(encoding="utf-8")) | {"households_a_day": households_a_day}
    pace.FILE = folder / "followup.yaml"
    pace.FILE.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    pace.pace.cache_clear()


def simulate(options: argparse.Namespace) -> None:
    from bench import bars, simulation

    with office() as settings:
        confirm(settings.home, options.households_a_day)
        began = time.monotonic()
        course = simulation.run(settings, options.children, 52 * options.years, options.seed)
        seconds = time.monotonic() - began
        print("\n".join(bars.report(course, options.children, seconds, options.page)))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.followup", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=["deliver", "kills", "simulate"])
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--children", type=int, default=1000)
    parser.add_argument("--years", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--households-a-day", type=int, default=1, help="homes a director can go to on a working day")
    parser.add_argument("--page", type=Path, help="write the simulation's report with charts here (HTML)")
    options = parser.parse_args(arguments)
    {"deliver": deliver, "kills": kills, "simulate": simulate}[options.part](options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
