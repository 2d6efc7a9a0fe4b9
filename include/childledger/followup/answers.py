"""Answers: who took an item, gave it to another or gave it back, each on record with account and reason.

An item that is given back has a deadline of its own until somebody has it again.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from childledger import db
from childledger.errors import LedgerError
from childledger.pace import pace


def acknowledge(conn: Connection, item_id: int, actor: str, at: datetime) -> None:
    """Say that an item was seen."""
    _answer(conn, "acknowledged", item_id, actor, at)


def claim(conn: Connection, item_id: int, actor: str, at: datetime) -> None:
    """Take an item."""
    _answer(conn, "claimed", item_id, actor, at, holder=actor)


def reassign(conn: Connection, item_id: int, holder: str, actor: str, reason: str, at: datetime) -> None:
    """Give an item to somebody else."""
    _answer(conn, "reassigned", item_id, actor, at, holder=holder, reason=reason)


def give_back(conn: Connection, item_id: int, actor: str, reason: str, at: datetime) -> None:
    """Return an item; it must be given to somebody else within the days of rules/followup.yaml."""
    days = pace().reassign_working_days
    _answer(conn, "returned", item_id, actor, at, reason=reason, working_days=days)


def _answer(
    conn: Connection,
    kind: str,
    item_id: int,
    actor: str,
    at: datetime,
    *,
    holder: str | None = None,
    reason: str | None = None,
    working_days: int | None = None,
) -> None:
    given = [word for word in (actor, holder, reason) if word is not None]
    if not all(word.strip() for word in given):
        raise LedgerError(
            "an answer needs the account that gives it, and a reason or another account where it asks for one"
        )
    values = {"kind": kind, "item_id": item_id, "actor": actor, "at": at, "holder": holder, "reason": reason}
    if db.run(conn, "followup/insert_answer", **values, working_days=working_days).rowcount != 1:
        raise LedgerError(f"no open item has number [{item_id}]")
