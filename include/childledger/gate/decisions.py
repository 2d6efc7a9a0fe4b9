"""Held files: each waits for one word, whoever says it first; the word and what it was based on are kept for ever."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db
from childledger.errors import LedgerError

log = logging.getLogger(__name__)

VERDICTS = ("release", "refuse")


def hold(conn: Connection, receipt_id: int, effect: dict[str, int], beyond: dict[str, dict[str, int]]) -> None:
    """Hold a file until a person decides; nothing of it is published."""
    values = {"effect": db.json(effect), "exceeded": db.json(beyond)}
    db.run(conn, "gate/insert_decision", receipt_id=receipt_id, **values)
    db.run(conn, "gate/hold_receipt", receipt_id=receipt_id)


def release(conn: Connection, receipt_id: int, *, is_snapshot: bool) -> None:
    """Let a file be published; files held back that it takes the place of need no decision any more."""
    db.run(conn, "gate/release_receipt", receipt_id=receipt_id)
    for row in db.run(conn, "gate/list_superseded_holds", receipt_id=receipt_id, is_snapshot=is_snapshot).all():
        _close(conn, row.receipt_id, "superseded", None, None)
        _refuse(conn, row.receipt_id, "HELD_AND_SUPERSEDED", newer=receipt_id)
        log.info("receipt %s: no longer held, superseded by receipt %s", row.receipt_id, receipt_id)


def decide(conn: Connection, receipt_id: int, verdict: str, officer: str, reason: str, *, is_snapshot: bool) -> bool:
    """Record a person's word on a held file; False when another word came first, which stands.

    LedgerError when the file was never held, or officer or reason is missing.
    """
    if verdict not in VERDICTS or not officer.strip() or not reason.strip():
        raise LedgerError(f"a decision needs one of {', '.join(VERDICTS)}, an officer and a reason")
    db.run(conn, "staging/lock_receipt", receipt_id=receipt_id)
    if not _close(conn, receipt_id, verdict, officer.strip(), reason.strip()):
        if db.run(conn, "gate/get_decision", receipt_id=receipt_id).one_or_none() is None:
            raise LedgerError(f"receipt [{receipt_id}] is not held")
        return False
    if verdict == "release":
        release(conn, receipt_id, is_snapshot=is_snapshot)
    else:
        _refuse(conn, receipt_id, "HELD_AND_REFUSED")
    log.info("receipt %s: decided, %s", receipt_id, verdict)
    return True


def withdraw(conn: Connection, receipt_id: int) -> None:
    """End the hold of a file its sender took back: it is published as withdrawn, which counts nowhere."""
    if _close(conn, receipt_id, "withdrawn", None, None):
        db.run(conn, "gate/release_receipt", receipt_id=receipt_id)


def _close(conn: Connection, receipt_id: int, verdict: str, officer: str | None, reason: str | None) -> bool:
    values = {"verdict": verdict, "officer": officer, "reason": reason}
    return db.run(conn, "gate/close_decision", receipt_id=receipt_id, **values).rowcount == 1


def _refuse(conn: Connection, receipt_id: int, code: str, **detail: int) -> None:
    db.run(conn, "gate/refuse_receipt", receipt_id=receipt_id, code=code, detail=db.json(detail))


def list_held(conn: Connection) -> list[dict[str, Any]]:
    """Files that wait for a decision: receipt, feed, county, data date, counts and the limits they exceed."""
    return [dict(row._mapping) for row in db.run(conn, "gate/list_held")]


def describe(conn: Connection, receipt_id: int) -> dict[str, str]:
    """Subject and Markdown body of the question to a person about one held file; counts only.

    A file decided meanwhile is described as such: the question may still be open somewhere.
    """
    found = next((held for held in list_held(conn) if held["receipt_id"] == receipt_id), None)
    if found is None:
        return {"subject": f"收据 {receipt_id} 已有决定", "body": "已在别处决定，此处的答复不再起作用。"}
    subject = f"收据 {receipt_id}：{found['feed']}，{found['county_code']}，数据日期 {found['as_of_date']}"
    limits = {name: limit["limit"] for name, limit in found["exceeded"].items()}
    measured = found["effect"] | {name: limit["found"] for name, limit in found["exceeded"].items()}
    table = [f"| {name} | {count} | {limits.get(name, '')} |" for name, count in measured.items()]
    return {"subject": subject, "body": "\n".join(["| count | found | limit exceeded |", "|---|---|---|", *table])}
