"""Broker: events published to an exchange of RabbitMQ (AMQP 0-9-1); one counts as told once the broker confirms it.

An endpoint amqps://host/vhost#exchange is logged into under its own name. A message is persistent, its message_id is
the number of the event, its routing key <county>.<kind>; body and signature are those of a call. What no queue is
bound for comes back and stays owed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urldefrag

SCHEMES = ("amqp", "amqps")
TAKEN = "200"
"""Reply code of AMQP 0-9-1 for success."""
PATIENCE = 10
"""Seconds a broker has to answer anything."""


def read(url: str) -> tuple[Any, str]:
    """The parameters of a connection and the name of the exchange; ValueError for what is none."""
    import pika  # optional: only where an exchange is told

    address, exchange = urldefrag(url)
    return pika.URLParameters(address), exchange


@contextmanager
def publisher(
    url: str, user: str, password: str
) -> Iterator[Callable[[Any, bytes, Mapping[str, str]], tuple[str, bool]]]:
    """Publish events on one connection: event, body and headers in; answer, and whether to go on, out.

    A broker that can't be reached, or closes the channel, is no refusal: the answer is the name of the failure.
    """
    import pika
    from pika.exceptions import AMQPError, NackError, UnroutableError

    where, exchange = read(url)
    where.credentials = pika.PlainCredentials(user, password)
    where.socket_timeout = where.stack_timeout = where.blocked_connection_timeout = PATIENCE
    channel: Any = None

    def publish(row: Any, body: bytes, headers: Mapping[str, str]) -> tuple[str, bool]:
        nonlocal channel
        about = pika.BasicProperties(
            content_type=headers["Content-Type"],
            delivery_mode=pika.DeliveryMode.Persistent,
            message_id=str(row.event_id),
            headers={name: value for name, value in headers.items() if name.startswith("webhook-")},
        )
        try:
            if channel is None:
                channel = pika.BlockingConnection(where).channel()
                channel.confirm_delivery()
            channel.basic_publish(exchange, f"{row.county_code}.{row.kind}", body, about, mandatory=True)
        except (NackError, UnroutableError) as returned:
            return type(returned).__name__, True
        except (AMQPError, OSError) as error:
            return type(error).__name__, False
        return TAKEN, True

    try:
        yield publish
    finally:
        if channel is not None and channel.connection.is_open:
            channel.connection.close()
