"""Outbox: systems that want to know are called once in effect, signed, in order, until they answer or a person looks.

A call carries numbers and codes, never a name. It is repeated until a 2xx: the receiver tells repetitions by the
Idempotency-Key, which is the number of the event. The signature is that of the Standard Webhooks specification.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import time
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy.engine import Connection

from childledger import db, places
from childledger.errors import LedgerError
from childledger.pace import pace
from childledger.settings import BEIJING, Settings, secret

if TYPE_CHECKING:
    import urllib3

log = logging.getLogger(__name__)

AT_A_TIME = 200
"""Calls whose answers one transaction keeps: a crash repeats at most so many."""
BUSY = (429, 500, 502, 503, 504)
"""The receiver is down or asks to wait: no refusal, tried again at once and then with every delivery."""


def open_endpoint(conn: Connection, name: str, url: str, county_code: str | None, actor: str) -> None:
    """Address events from now on to a system; LedgerError for an address that can't be one."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise LedgerError("an endpoint is an http or https address without a user")
    if county_code is not None and county_code not in places.counties():
        raise LedgerError(f"no county of the province has code [{county_code}]")
    values = {"destination": name, "url": url, "county_code": county_code, "actor": actor}
    if db.run(conn, "followup/open_destination", **values).rowcount != 1:
        raise LedgerError(f"[{name}] is open already, or no name of small letters, digits, - and _")


def key_of(settings: Settings, name: str) -> bytes:
    """The key a system's calls are signed with, drawn on first use."""
    return secret(settings.home, f"endpoint_{name}").encode()


def close_endpoint(conn: Connection, name: str) -> None:
    """Address nothing more to a system; what it is owed stays owed."""
    if db.run(conn, "followup/close_destination", destination=name).rowcount != 1:
        raise LedgerError(f"no open endpoint has name [{name}]")


def retry(conn: Connection, name: str) -> int:
    """Owe a receiver its dead letters again; return how many."""
    return int(db.run(conn, "followup/revive_letters", destination=name).rowcount)


def counts(conn: Connection) -> list[dict[str, Any]]:
    """Per destination what waits, since when, and what is dead."""
    return [dict(row._mapping) for row in db.run(conn, "followup/count_outbox")]


def send(conn: Connection, settings: Settings, destination: str, after: int = 0) -> int | None:
    """Call a system about events it is owed after one; the last it was called about, None when none is left for now."""
    owed = db.run(conn, "followup/list_owed", destination=destination, after=after, most=AT_A_TIME).all()
    if not owed:
        return None
    key = key_of(settings, destination)
    answers = []
    with _pool() as pool:
        for row in owed:
            status, goes_on = _call(pool, key, row)
            state = _state(status, row.refusal_count)
            answers.append({"event_id": row.event_id, "destination": destination, "state": state, "answer": status})
            if not goes_on:
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


def _pool() -> AbstractContextManager[urllib3.PoolManager]:
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
    pool: AbstractContextManager[urllib3.PoolManager] = urllib3.PoolManager(
        retries=again, timeout=urllib3.Timeout(connect=5, read=10)
    )
    return pool


def _call(pool: urllib3.PoolManager, key: bytes, row: Any) -> tuple[str, bool]:
    """The answer to one call, and whether the receiver is there at all."""
    import urllib3

    body = json.dumps(_told(row), ensure_ascii=False).encode()
    try:
        answer = pool.request("POST", row.url, body=body, headers=signed(key, row.event_id, body, int(time.time())))
    except urllib3.exceptions.HTTPError as error:
        return type(error).__name__, False
    return str(answer.status), answer.status not in BUSY


def signed(key: bytes, event_id: int, body: bytes, moment: int) -> dict[str, str]:
    """The headers of a call: key of repetition, moment in seconds and HMAC-SHA256 over `id.moment.body`.

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
