"""Outbox: systems that want to know are told once in effect, signed, in order, until they answer or a person looks.

What is told is numbers and codes, never a name. A call is repeated until a 2xx, a message until the broker confirms it:
the receiver tells repetitions by the Idempotency-Key or message_id, which is the number of the event. The signature is
that of the Standard Webhooks specification.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy.engine import Connection

from childledger import db, places
from childledger.errors import LedgerError
from childledger.followup import broker
from childledger.pace import pace
from childledger.settings import BEIJING, Settings, secret

if TYPE_CHECKING:
    import urllib3

log = logging.getLogger(__name__)

AT_A_TIME = 200
"""Calls whose answers one transaction keeps: a crash repeats at most so many."""
TURN = 300
"""Seconds of a delivery that are one system's: what a slow one was not told by then waits for the next delivery."""
BUSY = (429, 500, 502, 503, 504)
"""The receiver is down or asks to wait: no refusal, tried again at once and then with every delivery."""


def open_endpoint(conn: Connection, name: str, url: str, county_code: str | None, actor: str) -> None:
    """Address events from now on to a system; LedgerError for an address that can't be one.

    A closed one of the name is opened again for the county it had: what it is owed is of that county.
    """
    _check_address(url)
    if county_code is not None and county_code not in places.counties():
        raise LedgerError(f"no county of the province has code [{county_code}]")
    values = {"destination": name, "url": url, "county_code": county_code, "actor": actor}
    if db.run(conn, "followup/open_destination", **values).rowcount != 1:
        raise LedgerError(
            f"[{name}] is open already, was another county's, or is no name of small letters, digits, - and _"
        )


def _check_address(url: str) -> None:
    """What no call could be made to is refused here, or it would end every delivery."""
    try:
        parts = urlsplit(url)
        is_broker = parts.scheme in broker.SCHEMES
        if is_broker:
            broker.read(url)
        is_one = is_broker or parts.scheme in ("http", "https")
        is_one = is_one and bool(parts.hostname) and not parts.username and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one:
        raise LedgerError("an endpoint is an http, https, amqp or amqps address without a user")
    if is_broker and not parts.fragment:
        raise LedgerError("an address of a broker ends with its exchange: amqps://host/vhost#exchange")


def key_of(settings: Settings, name: str) -> bytes:
    """The key that what a system is told is signed with, drawn on first use."""
    return secret(settings.home, f"endpoint_{name}").encode()


def password_of(settings: Settings, name: str) -> str:
    """The password a broker must know the endpoint's name by, drawn on first use."""
    return secret(settings.home, f"broker_{name}")


def close_endpoint(conn: Connection, name: str) -> None:
    """Address nothing more to a system; what it is owed stays owed."""
    if db.run(conn, "followup/close_destination", destination=name).rowcount != 1:
        raise LedgerError(f"no open endpoint has name [{name}]")


def retry(conn: Connection, name: str) -> int:
    """Owe a receiver its dead letters again; return how many. LedgerError where there are none by that name."""
    revived = int(db.run(conn, "followup/revive_letters", destination=name).rowcount)
    if not revived:
        raise LedgerError(f"no dead letter is of an endpoint called [{name}]")
    return revived


def counts(conn: Connection) -> list[dict[str, Any]]:
    """Per destination what waits, since when, and what is dead."""
    return [dict(row._mapping) for row in db.run(conn, "followup/count_outbox")]


def tell(settings: Settings, destination: str) -> None:
    """Tell a system what it is owed, as far as its turn lasts; a crash repeats some calls, and their keys tell."""
    after: int | None = 0
    until = time.monotonic() + TURN
    while after is not None and time.monotonic() < until:
        with db.transaction(settings.database_url) as conn:
            after = _send(conn, settings, destination, after, until)


def _send(conn: Connection, settings: Settings, destination: str, after: int, until: float) -> int | None:
    """Tell it some events after one; the last it was told of, None when none is left for now."""
    owed = db.run(conn, "followup/list_owed", destination=destination, after=after, most=AT_A_TIME).all()
    if not owed:
        return None
    key = key_of(settings, destination)
    answers = []
    with _teller(settings, destination, owed[0].url) as call:
        for row in owed:
            body = json.dumps(_told(row), ensure_ascii=False).encode()
            status, goes_on = call(row, body, signed(key, row.event_id, body, int(time.time())))
            state = _state(status, row.refusal_count)
            answers.append({"event_id": row.event_id, "destination": destination, "state": state, "answer": status})
            if not goes_on or time.monotonic() > until:
                break
    db.run_many(conn, "followup/record_answer", answers)
    taken = sum(answer["state"] == "delivered" for answer in answers)
    log.info("endpoint %s took %d of %d events", destination, taken, len(owed))
    return int(row.event_id) if goes_on else None


def _state(status: str, refusals: int) -> str:
    if status.startswith("2") or status == "409":  # 409: it has the event already
        return "delivered"
    if not status.startswith("4") or int(status) in BUSY:
        return "pending"
    return "dead" if refusals + 1 >= pace().refusals_at_most else "refused"


@contextmanager
def _teller(
    settings: Settings, destination: str, url: str
) -> Iterator[Callable[[Any, bytes, Mapping[str, str]], tuple[str, bool]]]:
    """How one event is told: the answer, and whether the receiver is there at all."""
    import urllib3

    if urlsplit(url).scheme in broker.SCHEMES:
        with broker.publisher(url, destination, password_of(settings, destination)) as publish:
            yield publish
        return

    def call(row: Any, body: bytes, headers: Mapping[str, str]) -> tuple[str, bool]:
        try:
            answer = pool.request("POST", row.url, body=body, headers=headers, preload_content=False)
        except urllib3.exceptions.HTTPError as error:
            return type(error).__name__, False
        answer.close()  # its status is the answer: a body without an end, or broken, changes nothing
        return str(answer.status), answer.status not in BUSY

    with _pool() as pool:
        yield call


def _pool() -> urllib3.PoolManager:
    import urllib3

    again = urllib3.Retry(
        total=3,
        redirect=0,
        backoff_factor=0.2,
        backoff_jitter=0.2,
        status_forcelist=BUSY,
        allowed_methods=None,
        respect_retry_after_header=False,  # a receiver does not decide how long a delivery lasts
        raise_on_status=False,
    )
    return urllib3.PoolManager(retries=again, timeout=urllib3.Timeout(connect=5, read=10))


def signed(key: bytes, event_id: int, body: bytes, moment: int) -> dict[str, str]:
    """The headers of what is told: key of repetition, moment in seconds and HMAC-SHA256 over `id.moment.body`.

    >>> signed(b"key", 7, b"{}", 0)["webhook-signature"]
    'v1,cbcugIwl96mAhdGbfHHZsZk7+R0Al0jxRtjtOHl9yyA='
    """
    digest = hmac.new(key, f"{event_id}.{moment}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": str(event_id),
        "webhook-id": str(event_id),
        "webhook-timestamp": str(moment),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _told(row: Any) -> dict[str, Any]:
    """An event as a system reads it."""
    names = ("event_id", "kind", "item_id", "child_id", "county_code", "flag_code", "severity", "holder")
    moments = {name: getattr(row, name).astimezone(BEIJING).isoformat() for name in ("due_at", "happened_at")}
    return {name: getattr(row, name) for name in names} | moments


def endpoints(conn: Connection) -> list[str]:
    """Names of systems that are owed something."""
    return [row.destination for row in db.run(conn, "followup/list_endpoints")]
