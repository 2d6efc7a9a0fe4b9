"""Tickets: a row found wrong goes back to the department that sent it, once for each evidence, until a file settles it.

A ticket is what the files, visits and answers of today say of it: run twice, nothing changes. A doubt between two
departments that no evidence decides makes no ticket.
"""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from childledger import calendar, db, rulefile
from childledger.contracts import Contract
from childledger.errors import ContractError, LedgerError
from childledger.settings import INCLUDE, today

log = logging.getLogger(__name__)

COMPARABLE = ("name", "birth_date", "sex", "id_number")
"""Columns of which two departments can't both be right."""
OUTCOMES = ("upheld", "dropped")
"""What an officer decides on a contested ticket: it stands, or the department is right."""


@dataclass(frozen=True)
class Asked:
    """What one verdict of a visit asks of one feed."""

    code: str
    feed: str
    column_name: str
    """Column of conformed.source_record or fact kind; empty for the whole row."""
    asks: str
    """correct or remove."""
    is_settled_by_absence: bool
    right_values: tuple[str, ...]
    """Values such a verdict finds nothing wrong with."""
    is_of_here: bool
    """It speaks of the county that was visited, and of no other's rows."""


@dataclass(frozen=True)
class Rules:
    """rules/tickets.yaml, and what each verdict of rules/flags/verdicts.yaml asks."""

    due_working_days: int
    visits: tuple[Asked, ...]
    compared_columns: tuple[str, ...]
    compared_feeds: tuple[str, ...]


@functools.cache
def rules() -> Rules:
    """Read tickets.yaml and flags/verdicts.yaml; ContractError for what they can't mean."""
    folder = INCLUDE / "rules"
    data, said = (rulefile.load(folder / name) for name in ("tickets.yaml", "flags/verdicts.yaml"))
    compared = data["compared"]
    if strange := sorted(set(compared["columns"]) - set(COMPARABLE)):
        raise ContractError(f"tickets.yaml: compared.columns: {', '.join(strange)} is none of {', '.join(COMPARABLE)}")
    asked = tuple(
        one for code, rule in said["verdicts"].items() if "ticket" in rule for one in _asked(code, rule["ticket"])
    )
    return Rules(data["due_working_days"], asked, tuple(compared["columns"]), tuple(compared["feeds"]))


def _asked(code: str, rule: Mapping[str, Any]) -> list[Asked]:
    if rule["asks"] not in ("correct", "remove") or (rule["asks"] == "correct") != ("column" in rule):
        raise ContractError(
            f"verdicts.yaml: verdicts.{code}.ticket: asks must be correct, with a column, or remove, without"
        )
    is_of_here = rule.get("is_of_here", False)
    if rule["asks"] == "correct":
        gone = rule.get("gone_settles", ())
        right = tuple(rule.get("right_values", ()))
        return [Asked(code, feed, rule["column"], "correct", feed in gone, right, is_of_here) for feed in rule["feeds"]]
    ended = rule.get("ended_by", {})
    return [Asked(code, feed, ended.get(feed, ""), "remove", True, (), is_of_here) for feed in rule["feeds"]]


def follow(conn: Connection, feeds: Mapping[str, Contract]) -> dict[str, int]:
    """Bring tickets and effects to the published ledger; counts of tickets by status, empty without a ledger."""
    started = time.monotonic()
    db.run(conn, "tickets/lock_tickets")
    head = db.run(conn, "ledger/get_head").one_or_none()
    if head is None:
        return {}
    _find_wrong_rows(conn, feeds)
    db.run(conn, "tickets/settle_tickets", as_of=head.as_of_date)
    due_date, due_basis = calendar.add_working_days(head.as_of_date, rules().due_working_days)
    db.run(conn, "tickets/open_tickets", as_of=head.as_of_date, due_date=due_date, due_basis=due_basis)
    db.run(conn, "tickets/upsert_effects", refresh_id=head.refresh_id)
    counts = {row.status: row.tickets for row in db.run(conn, "tickets/count_tickets")}
    db.record_stage(conn, "tickets", time.monotonic() - started, None, **counts)
    log.info("tickets as of %s: %s", head.as_of_date, counts)
    return counts


def _find_wrong_rows(conn: Connection, feeds: Mapping[str, Contract]) -> None:
    snapshots = [feed for feed, contract in feeds.items() if contract.semantics == "snapshot"]
    asked = [
        vars(one) | {"is_settled_by_absence": one.is_settled_by_absence and one.feed in snapshots}
        for one in rules().visits
    ]
    db.run(conn, "tickets/create_newest_file")
    db.run(conn, "tickets/create_newest_row", snapshots=db.json(snapshots))
    values = {"compared_columns": rules().compared_columns, "compared_feeds": rules().compared_feeds, "rules": asked}
    db.run(conn, "tickets/create_wrong_row", **{name: db.json(value) for name, value in values.items()})


def contest(conn: Connection, ticket_id: int, reason: str, contested_by: str) -> None:
    """Record that a department says its row is right; LedgerError unless the ticket is still asked about."""
    db.run(conn, "tickets/lock_tickets")
    _say_why(reason, contested_by)
    values = {"ticket_id": ticket_id, "reason": reason, "contested_by": contested_by}
    if db.run(conn, "tickets/insert_contest", **values).rowcount != 1:
        raise LedgerError(f"no ticket [{ticket_id}] waits for its department")
    _answer(conn, ticket_id)


def settle(conn: Connection, ticket_id: int, outcome: str, reason: str, settled_by: str) -> None:
    """Record an officer's decision on a contested ticket: upheld, with its days anew, or dropped for good."""
    db.run(conn, "tickets/lock_tickets")
    _say_why(reason, settled_by)
    values = {"ticket_id": ticket_id, "outcome": outcome, "reason": reason, "settled_by": settled_by}
    if outcome not in OUTCOMES or db.run(conn, "tickets/settle_contest", **values).rowcount != 1:
        raise LedgerError(f"no ticket [{ticket_id}] waits for an officer's {' or '.join(OUTCOMES)}")
    _answer(conn, ticket_id, outcome)


def _say_why(reason: str, who: str) -> None:
    if not reason.strip() or not who.strip():
        raise LedgerError("an answer needs a reason and the name of who gives it")


def _answer(conn: Connection, ticket_id: int, outcome: str | None = None) -> None:
    head = db.run(conn, "ledger/get_head").one_or_none()
    day: date = head.as_of_date if head else today()
    again = calendar.add_working_days(day, rules().due_working_days) if outcome == "upheld" else (None, None)
    values = {"outcome": outcome, "due_date": again[0], "due_basis": again[1]}
    db.run(conn, "tickets/answer_ticket", ticket_id=ticket_id, as_of=day, **values)
