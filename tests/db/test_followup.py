"""What follows a flag: told once in effect, with a deadline at every stage, and nothing dropped in silence."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from childledger import calendar, db, followup, pipeline
from childledger.cli import main
from childledger.errors import DutyMissed, LedgerError
from childledger.followup import outbox
from childledger.ledger import items as ledger_items
from childledger.settings import BEIJING, Settings
from queued import CODE, COUNTY, DAY, moment, queue, rows, run, workdays

EVENTS = "select kind, county_code from followup.event where item_id = :item order by event_id"
NOON = moment(DAY, 12)


def listed(settings: Settings, county: str = COUNTY) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        (settings.queues / county / f"待走访名单_{county}.json").read_text(encoding="utf-8")
    )["items"]
    return found


def test_every_change_of_an_item_is_an_event_addressed_in_its_transaction(settings: Settings) -> None:
    item, other = queue(settings, 2)
    pipeline.deliver(settings, NOON)
    run(settings, "update followup.item set county_code = '410102' where item_id = :item", item=item)
    run(settings, "update followup.item set state = 'closed', ended_date = due_date where item_id = :item", item=other)
    run(settings, "update followup.item set state = 'queued', ended_date = null where item_id = :item", item=other)
    assert rows(settings, EVENTS, item=item) == [("queued", COUNTY), ("left", COUNTY), ("queued", "410102")]
    assert rows(settings, EVENTS, item=other) == [("queued", COUNTY), ("closed", COUNTY), ("queued", COUNTY)]
    owed = "select count(*) filter (where state = 'pending'), count(*) from followup.outbox"
    assert rows(settings, owed) == [(4, 6)]
    with pytest.raises(LedgerError):  # a change that is rolled back was never told
        pipeline.sealed(lambda: _fail_after_closing(settings, item))()
    assert rows(settings, owed) == [(4, 6)]
    with pytest.raises(sa.exc.IntegrityError):
        run(settings, "update followup.item set due_at = null")  # no stage without a deadline


def _fail_after_closing(settings: Settings, item: int) -> None:
    with db.transaction(settings.database_url) as conn:
        conn.execute(sa.text("update followup.item set state = 'closed' where item_id = :item"), {"item": item})
        raise LedgerError("on the way")


def test_delivering_twice_changes_nothing_and_lists_are_whole(settings: Settings) -> None:
    items = queue(settings, 3)
    assert pipeline.deliver(settings, NOON) == 3
    assert [item["item_id"] for item in listed(settings)] == items
    before = {path: path.stat().st_mtime_ns for path in settings.queues.rglob("*.*")}
    assert pipeline.deliver(settings, NOON) == 0
    assert {path: path.stat().st_mtime_ns for path in settings.queues.rglob("*.*")} == before
    assert rows(settings, "select distinct state from followup.outbox") == [("delivered",)]


def test_urgent_is_due_in_hours_and_the_rest_with_its_working_day(settings: Settings) -> None:
    urgent = next(c for c, flag in pipeline.ledger.rules().flags.items() if flag.severity == "urgent")
    normal = next(c for c, flag in pipeline.ledger.rules().flags.items() if flag.severity == "normal")
    (first,), (second,) = (
        queue(settings, flag_code=urgent),
        queue(settings, flag_code=normal, due_date=date(2026, 7, 22)),
    )
    run(settings, "update followup.item set queued_at = now()")  # months after the business date
    for _ in range(2):
        with db.transaction(settings.database_url) as conn:
            ledger_items.sync(conn, DAY, None)
    found = dict(rows(settings, "select item_id, due_at from followup.item"))
    assert found[first] == moment(DAY + timedelta(2), 0)  # its clock began as the business date ended
    assert found[second] == moment(date(2026, 7, 23), 0)


def test_the_database_counts_working_days_as_the_calendar_does(settings: Settings) -> None:
    workdays(settings)
    for start, days in ((date(2026, 9, 24), 3), (date(2026, 7, 3), 1), (date(2027, 2, 1), 10)):
        counted = rows(settings, "select followup.workday_after(:start, :days)", start=start, days=days)
        assert counted == [(calendar.add_working_days(start, days)[0],)]


def test_ranks_above_are_told_by_the_clock_once_and_right_after_an_outage(settings: Settings) -> None:
    workdays(settings)
    friday = date(2026, 7, 10)
    (urgent,) = queue(settings, due_date=friday)
    (normal,) = queue(settings, severity="normal", due_date=friday)
    told = "select item_id, holder, since_at from followup.escalation order by item_id, level"
    pipeline.deliver(settings, moment(friday, 23, 59))
    assert rows(settings, told) == []
    pipeline.deliver(settings, moment(date(2026, 7, 11), 0))
    assert rows(settings, told) == [(item, "township", moment(date(2026, 7, 11), 0)) for item in (urgent, normal)]
    for _ in range(2):  # ten days without anybody, then twice
        pipeline.deliver(settings, moment(date(2026, 7, 20)))
    assert rows(settings, told) == [
        (urgent, "township", moment(date(2026, 7, 11), 0)),
        (urgent, "county", moment(date(2026, 7, 12), 0)),
        (urgent, "city", moment(date(2026, 7, 14), 0)),
        (normal, "township", moment(date(2026, 7, 11), 0)),
        (normal, "county", moment(date(2026, 7, 18), 0)),
    ]
    assert [row for row in rows(settings, EVENTS, item=normal) if row[0] == "escalated"] == [("escalated", COUNTY)] * 2
    assert [item["standing_title"] for item in listed(settings)] == ["市级督办", "县级督办"]


def test_people_take_give_and_return_items_on_record(settings: Settings) -> None:
    workdays(settings)
    (item,) = queue(settings, severity="normal", due_date=date(2026, 7, 22))
    with db.transaction(settings.database_url) as conn:
        followup.acknowledge(conn, item, "王主任", NOON)
        followup.claim(conn, item, "王主任", NOON)
        followup.give_back(conn, item, "王主任", "住院", NOON)
    pipeline.deliver(settings, NOON)
    assert listed(settings)[0]["standing_title"] == "已退回，待改派"
    pipeline.watch_followup(settings, moment(date(2026, 7, 9), 23))
    with pytest.raises(DutyMissed, match="items returned and given to nobody: 1"):
        pipeline.watch_followup(settings, moment(date(2026, 7, 10), 0, 1))
    with db.transaction(settings.database_url) as conn:
        followup.reassign(conn, item, "李主任", "张督导员", "王主任住院", NOON)
    pipeline.watch_followup(settings, moment(date(2026, 7, 10), 0, 1))
    pipeline.deliver(settings, NOON)
    assert listed(settings)[0]["standing_title"] == "已改派 李主任"
    run(settings, "update followup.item set state = 'closed'")
    for wrong in (
        lambda conn: followup.claim(conn, item, "李主任", NOON),
        lambda conn: followup.claim(conn, 0, "a", NOON),
    ):
        with pytest.raises(LedgerError, match="no open item"), db.transaction(settings.database_url) as conn:
            wrong(conn)
    with pytest.raises(sa.exc.IntegrityError):
        run(settings, "delete from followup.event")


def silent(answer: http.server.BaseHTTPRequestHandler) -> None:
    answer.send_header("Content-Length", "0")
    answer.end_headers()


def cut_short(answer: http.server.BaseHTTPRequestHandler) -> None:
    answer.send_header("Content-Length", "100")
    answer.end_headers()
    answer.wfile.write(b"ok")
    answer.close_connection = True


def garbled(answer: http.server.BaseHTTPRequestHandler) -> None:
    answer.send_header("Content-Encoding", "gzip")
    cut_short(answer)


def without_end(answer: http.server.BaseHTTPRequestHandler) -> None:
    answer.end_headers()
    for _ in range(100):
        answer.wfile.write(b"x")
        time.sleep(0.1)


@dataclass
class Receiver:
    """A system that keeps what it was told, and answers as it is asked to."""

    url: str = ""
    answers: dict[int, list[int]] = field(default_factory=dict)
    """Event → answers to its calls, in order; 200 when there is none left."""
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    says: Callable[[http.server.BaseHTTPRequestHandler], None] = silent
    """What it says besides its status."""

    @property
    def events(self) -> list[int]:
        return [int(headers["Idempotency-Key"]) for headers, _ in self.calls]


@contextmanager
def receiver() -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.calls.append((dict(self.headers), body))
            waiting = kept.answers.get(int(self.headers["Idempotency-Key"]), [])
            self.send_response(waiting.pop(0) if waiting else 200)
            with suppress(OSError):  # whoever called does not listen any more
                kept.says(self)

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_port}/events"
    try:
        yield kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_system_is_called_signed_in_order_and_until_it_answers(settings: Settings, monkeypatch: Any) -> None:
    monkeypatch.setattr(outbox, "AT_A_TIME", 2)
    queue(settings)
    with receiver() as system:
        with db.transaction(settings.database_url) as conn:
            outbox.open_endpoint(conn, "city-platform", system.url, COUNTY, "officer")
        queue(settings, county_code="410102")  # not its county, and the one before was queued before it was opened
        queue(settings, 3)
        first, second, third = (
            row[0]
            for row in rows(settings, "select event_id from followup.outbox where destination <> 'folders' order by 1")
        )
        system.answers = {first: [503, 503], second: [400, 400]}
        pipeline.deliver(settings, NOON)
        assert system.events == [first, first, first, second, third]
        assert len({body for _, body in system.calls[:3]}) == 1
        headers, body = system.calls[-1]
        signed = f"{third}.{headers['webhook-timestamp']}.".encode() + body
        digest = hmac.new(outbox.key_of(settings, "city-platform"), signed, hashlib.sha256).digest()
        assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
        told = json.loads(body)
        assert told["kind"] == "queued" and told["flag_code"] == CODE and told["due_at"].endswith("+08:00")
        assert not {"学生2", "家长", "花园路1号"} & set(map(str, told.values()))
        pipeline.deliver(settings, NOON)
        pipeline.deliver(settings, NOON)
        assert system.events[5:] == [second, second]
    assert rows(settings, "select distinct state from followup.outbox") == [("delivered",)]


@pytest.mark.parametrize("says", [cut_short, garbled, without_end])
def test_a_system_that_took_an_event_is_not_told_it_again_whatever_it_says_besides(
    settings: Settings, says: Callable[[http.server.BaseHTTPRequestHandler], None]
) -> None:
    with receiver() as system:
        system.says = says
        with db.transaction(settings.database_url) as conn:
            outbox.open_endpoint(conn, "system", system.url, None, "officer")
        queue(settings, 2)
        began = time.monotonic()
        pipeline.deliver(settings, NOON)
        assert len(system.events) == 2 and time.monotonic() - began < 5
    assert rows(settings, "select distinct state from followup.outbox") == [("delivered",)]


def test_two_deliveries_at_once_tell_a_system_in_order(settings: Settings) -> None:
    with receiver() as system:
        with db.transaction(settings.database_url) as conn:
            outbox.open_endpoint(conn, "system", system.url, None, "officer")
        queue(settings, 3)
        with db.transaction(settings.database_url) as other:  # another delivery is telling it
            assert len(db.run(other, "followup/list_owed", destination="system", after=0, most=2).all()) == 2
            pipeline.deliver(settings, NOON)
            assert system.events == []
        pipeline.deliver(settings, NOON)
        assert system.events == sorted(system.events) and len(system.events) == 3
    assert rows(settings, "select distinct state from followup.outbox") == [("delivered",)]


def test_a_slow_system_keeps_no_other_waiting_and_what_it_took_is_kept(settings: Settings, monkeypatch: Any) -> None:
    monkeypatch.setattr(outbox, "TURN", 0.5)

    def slowly(answer: http.server.BaseHTTPRequestHandler) -> None:
        time.sleep(0.4)
        silent(answer)

    with receiver() as slow, receiver() as quick:
        slow.says = slowly
        with db.transaction(settings.database_url) as conn:
            outbox.open_endpoint(conn, "a-slow-one", slow.url, None, "officer")
            outbox.open_endpoint(conn, "quick-one", quick.url, None, "officer")
        queue(settings, 5)
        pipeline.deliver(settings, NOON)
        assert slow.events == [1, 2] and len(quick.events) == 5
        pipeline.deliver(settings, NOON)
        assert slow.events == [1, 2, 3, 4]


def test_a_name_that_was_one_countys_is_never_another_countys(settings: Settings) -> None:
    with receiver() as one, receiver() as other:
        with db.transaction(settings.database_url) as conn:
            outbox.open_endpoint(conn, "system", one.url, COUNTY, "officer")
        queue(settings)
        with db.transaction(settings.database_url) as conn:
            outbox.close_endpoint(conn, "system")
        for county_code in ("410102", None):
            with db.transaction(settings.database_url) as conn, pytest.raises(LedgerError, match="another county's"):
                outbox.open_endpoint(conn, "system", other.url, county_code, "officer")
        with db.transaction(settings.database_url) as conn:  # it moved, and is owed what it was owed
            outbox.open_endpoint(conn, "system", other.url, COUNTY, "officer")
        pipeline.deliver(settings, NOON)
        assert one.events == [] and len(other.events) == 1
    with db.transaction(settings.database_url) as conn, pytest.raises(LedgerError, match=r"\[sistem\]"):
        outbox.retry(conn, "sistem")


def test_an_alarm_tells_the_time_of_beijing_whatever_the_servers_clock(settings: Settings) -> None:
    database = rows(settings, "select current_database()")[0][0]
    run(settings, f"alter database {database} set timezone = 'UTC'")
    db.engine(settings.database_url).dispose()
    workdays(settings)
    item = queue(settings)[0]
    with db.transaction(settings.database_url) as conn:
        followup.give_back(conn, item, "director", "生病", moment(DAY, 1))
    (happened,) = rows(settings, "select happened_at from followup.standing")[0]
    with db.transaction(settings.database_url) as conn:
        (alarm,) = (line for line in followup.watch(conn, moment(DAY + timedelta(9))) if "given to nobody" in line)
    assert f"since {happened.astimezone(BEIJING):%Y-%m-%d %H:%M}" in alarm


def test_what_is_refused_dies_on_record_and_an_outage_does_not(
    settings: Settings, capsys: Any, monkeypatch: Any
) -> None:
    monkeypatch.setenv("CHILDLEDGER_HOME", str(settings.home))
    monkeypatch.setenv("CHILDLEDGER_DATABASE_URL", settings.database_url)
    with receiver() as system:
        assert main(["open-endpoint", "county-system", system.url]) == 0
        queue(settings, 2)
        bad = rows(settings, "select min(event_id) from followup.event")[0][0]
        system.answers = {bad: [422] * 9}
        for _ in range(4):
            pipeline.deliver(settings, NOON)
    assert system.events.count(bad) == 3 and len(system.events) == 4
    with pytest.raises(DutyMissed, match=r"dead letters: 1 since .* county-system"):
        pipeline.watch_followup(settings)
    assert main(["outbox", "--retry", "county-system"]) == 0
    assert "last_answers=422" in capsys.readouterr().out
    for _ in range(4):  # nobody listens there any more
        pipeline.deliver(settings, NOON)
    owed = "select state, refusal_count, last_answer from followup.outbox where state <> 'delivered'"
    assert rows(settings, owed) == [("pending", 0, "MaxRetryError")]
    run(
        settings, "update followup.outbox set addressed_at = addressed_at - interval '25 hours' where state = 'pending'"
    )
    with pytest.raises(DutyMissed, match="events that nobody received: 1"):
        pipeline.watch_followup(settings)
