"""An exchange of a real RabbitMQ is told every event once in effect, whoever dies on the way."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pika
import pytest

import rabbit
from childledger import db, pipeline
from childledger.cli import main
from childledger.errors import LedgerError
from childledger.followup import outbox
from childledger.settings import Settings
from queued import COUNTY, DAY, moment, queue, rows

NOON = moment(DAY, 12)
NAME, EXCHANGE = "city-platform", "childledger"
OWED = """
    select state, refusal_count, last_answer
    from followup.outbox
    where destination = 'city-platform'
    order by event_id
"""


def bind(port: int, password: str) -> None:
    """What an operator of the broker does once: a lasting exchange, and a lasting queue for one county."""
    with connected(port, password) as connection:
        channel = connection.channel()
        channel.exchange_declare(EXCHANGE, "topic", durable=True)
        channel.queue_declare("county", durable=True)
        channel.queue_bind("county", EXCHANGE, f"{COUNTY}.*")


def connected(port: int, password: str) -> pika.BlockingConnection:
    return pika.BlockingConnection(
        pika.ConnectionParameters("127.0.0.1", port, credentials=pika.PlainCredentials(NAME, password))
    )


def take(port: int, password: str) -> list[tuple[Any, bytes]]:
    """Every message of the queue: properties and body."""
    with connected(port, password) as connection:
        channel = connection.channel()
        got = iter(lambda: channel.basic_get("county", auto_ack=True), (None, None, None))
        return [(properties, body) for _, properties, body in got]


def test_an_exchange_is_told_once_in_effect_whoever_dies(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHILDLEDGER_HOME", str(settings.home))
    monkeypatch.setenv("CHILDLEDGER_DATABASE_URL", settings.database_url)
    port, password = rabbit.free_port(), outbox.password_of(settings, NAME)
    assert main(["open-endpoint", NAME, f"amqp://127.0.0.1:{port}#{EXCHANGE}"]) == 0
    assert f"broker_{NAME}.json" in capsys.readouterr().out
    queue(settings, 2)
    first, second = (row[0] for row in rows(settings, "select event_id from followup.event order by 1"))
    for _ in range(4):  # an outage is no refusal, however long
        pipeline.deliver(settings, NOON)
    assert rows(settings, OWED) == [("pending", 0, "AMQPConnectionError"), ("pending", 0, None)]

    with rabbit.broker(tmp_path / "broker", port, NAME, password):
        pipeline.deliver(settings, NOON)  # there is no such exchange yet
        assert rows(settings, OWED)[0] == ("pending", 0, "ChannelClosedByBroker")
        bind(port, password)
        with monkeypatch.context() as dying:  # published and confirmed, but not yet written down
            dying.setattr(db, "run_many", lambda *told: (_ for _ in ()).throw(LedgerError("died")))
            with pytest.raises(LedgerError):
                pipeline.deliver(settings, NOON)
        assert {row[0] for row in rows(settings, OWED)} == {"pending"}

    with rabbit.broker(tmp_path / "broker", port, NAME, password):  # it was restarted: what it confirmed is still there
        pipeline.deliver(settings, NOON)
        pipeline.deliver(settings, NOON)
        assert rows(settings, OWED) == [("delivered", 0, "200")] * 2
        queue(settings, 3, county_code="410102")
        pipeline.deliver(settings, NOON)
        assert rows(settings, OWED)[2] == ("pending", 0, "UnroutableError")  # no queue is bound for that county
        messages = take(port, password)
    assert [int(properties.message_id) for properties, _ in messages] == [first, second] * 2
    properties, body = messages[-1]
    assert properties.delivery_mode == 2 and json.loads(body)["event_id"] == second
    signed = f"{second}.{properties.headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(outbox.key_of(settings, NAME), signed, hashlib.sha256).digest()
    assert properties.headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert not {"学生2", "家长", "花园路1号"} & set(map(str, json.loads(body).values()))


@pytest.mark.parametrize(
    "url",
    [
        "amqp://broker.example/",
        "amqps://user:word@broker.example/#ledger",
        "kafka://broker#x",
        "amqp://broker.example:abc/#ledger",
        "amqp://broker.example/?heartbeat=soon#ledger",
        "https://broker.example:abc/",
        "http://[::1",
    ],
)
def test_an_address_that_cannot_be_one_is_refused(settings: Settings, url: str) -> None:
    with db.transaction(settings.database_url) as conn, pytest.raises(LedgerError):
        outbox.open_endpoint(conn, NAME, url, None, "officer")
