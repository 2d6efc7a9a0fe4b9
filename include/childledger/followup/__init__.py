"""Followup: every open item stands in its county's list, whoever must know is told once in effect, nobody waits unseen.

Lists are always whole files. What leaves here in lists is for the county's own people: names and addresses are in these
files and nowhere else; systems that are called get numbers and codes only.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from childledger import calendar, contracts, db
from childledger.errors import LedgerError
from childledger.followup import digests, dockets, lists, offers, outbox, plans, referrals, requests
from childledger.followup.answers import acknowledge, claim, give_back, reassign
from childledger.followup.lists import Words
from childledger.pace import pace
from childledger.settings import BEIJING, Settings

__all__ = [
    "acknowledge",
    "claim",
    "deliver",
    "dockets",
    "escalate",
    "follow_dockets",
    "give_back",
    "list_conflicts",
    "list_events",
    "list_items",
    "outbox",
    "reassign",
    "referrals",
    "settle_conflict",
    "watch",
]

log = logging.getLogger(__name__)


def deliver(
    conn: Connection,
    settings: Settings,
    titles: dict[str, tuple[str, str]],
    suspended: dict[str, tuple[int, int]],
    at: datetime,
) -> int:
    """Escalate what nobody came to, write the lists, mark told; return the new items.

    `titles`, `suspended`: as in lists.Words; ledger.duty.owe_visits laid out who is due to be seen anyway. The files
    are written before the mark is committed: a crash in between writes the same lists again. Only what is in them is
    marked, whatever else was queued meanwhile.
    """
    started, words = time.monotonic(), Words(titles, contracts.load_all(settings.feeds), suspended)
    db.run(conn, "followup/lock_queue")
    escalated = escalate(conn, at)
    referred = referrals.open_by_themselves(conn, at)
    db.run(conn, "followup/create_announced")
    db.run(conn, "followup/create_listed", at=at, days_before=pace().recheck.listed_days_before)
    db.run(conn, "followup/analyze_listed")
    plans.plan(conn, at)
    counties = lists.write(conn, settings, words)
    visits = {code: [item for item in items if item["queue"] == "visit"] for code, items in counties.items()}
    last, _ = calendar.add_working_days(at.astimezone(BEIJING).date(), pace().plan_working_days)
    routine = plans.list_routine(conn)
    unmet = sum(
        plans.write(settings.queues / code, code, [*visits.get(code, []), *routine.get(code, [])], last.isoformat())
        for code in visits.keys() | routine.keys() | plans.counties(settings.queues)
    )
    referrals.write(conn, settings, titles, at)
    offers.write(conn, settings)
    digests.write(conn, settings, counties, at)
    delivered = db.run(conn, "followup/mark_delivered").rowcount
    told = db.run(conn, "followup/mark_told").rowcount
    counts = {"items": delivered, "events": told, "escalated": escalated, "unmet": unmet, "referred": referred}
    db.record_stage(conn, "deliver", time.monotonic() - started, None, **counts)
    log.info("delivered to %d counties: %s", len(counties), counts)
    return delivered


def follow_dockets(conn: Connection, settings: Settings, at: datetime) -> dict[str, int]:
    """Open and end dockets by the rules, write their lists and letters; return how many were opened and ended."""
    started = time.monotonic()
    db.run(conn, "followup/lock_queue")
    counts = dockets.follow(conn, at)
    requests.write(conn, settings, at)
    db.record_stage(conn, "follow_dockets", time.monotonic() - started, None, **counts)
    log.info("dockets: %s", counts)
    return counts


def escalate(conn: Connection, at: datetime) -> int:
    """Put on record which ranks must be told by now, each once for an item; return how many that are."""
    return int(db.run(conn, "followup/escalate_items", at=at, steps=db.json(pace().steps)).rowcount)


def watch(conn: Connection, at: datetime) -> list[str]:
    """Lines of alarm: what waits too long for its receiver, dead letters, returned items nobody was given."""
    done_days = db.json({code: kind.done_days for code, kind in referrals.rules().kinds.items()})
    rows = db.run(conn, "followup/list_alarms", at=at, hours=pace().outbox_alarm_hours, done_days=done_days)
    return [f"{row.alarm}: {row.count} since {row.since_at:%Y-%m-%d %H:%M}, {row.place}" for row in rows]


def list_items(conn: Connection, county_code: str | None) -> list[dict[str, Any]]:
    """Open items of one county or all, the one due first before the others; no name."""
    return [
        dict(row._mapping) | {"due_at": lists.until(row.due_at)}
        for row in db.run(conn, "followup/list_items", county_code=county_code)
    ]


def list_conflicts(conn: Connection) -> list[dict[str, Any]]:
    """Answers that contradict each other and wait for an officer."""
    return [dict(row._mapping) for row in db.run(conn, "followup/list_conflicts")]


def settle_conflict(
    conn: Connection, conflict_id: int, choice: str, reason: str, officer: str, but_columns: Sequence[str] = ()
) -> None:
    """Choose between two answers to one visit, `standing` or `other`, but in some columns the one not chosen.

    The next refresh follows it. LedgerError where nothing waits, or the two do not differ in such a column.
    """
    if not reason.strip() or not officer.strip():
        raise LedgerError("a choice needs a reason and the account that makes it")
    values = {"conflict_id": conflict_id, "choice": choice, "reason": reason, "officer": officer}
    if db.run(conn, "followup/settle_conflict", **values, but_columns=list(but_columns)).rowcount != 1:
        raise LedgerError(f"no conflict [{conflict_id}] waits for an officer, or not in these columns")


def list_events(conn: Connection, item_id: int) -> list[dict[str, Any]]:
    """Everything that happened to an item, in order."""
    return [
        {name: lists.plain(value) for name, value in row._mapping.items()}
        for row in db.run(conn, "followup/list_events", item_id=item_id)
    ]
