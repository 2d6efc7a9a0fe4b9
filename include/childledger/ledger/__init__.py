"""Refresh: facts, profiles, entries, flags and queue items change together, and only if every check holds.

The result depends on the records in force, the judgements and visits, the rules and the business date; not on how
often or in which order it is run. Six months without new evidence is a missed duty whatever the configuration says.
"""

from __future__ import annotations

import logging
import time
from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from childledger import __version__, db, editions
from childledger.errors import CheckFailed, LedgerError
from childledger.ledger import custody, definitions, duty, entries, facts, flags, items, past, sightings
from childledger.ledger.custody import answer as answer_offer
from childledger.ledger.rules import rules
from childledger.ledger.yields import suspended
from childledger.settings import INCLUDE, today

__all__ = ["answer_offer", "duty", "prove", "refresh", "rules", "standing_at", "suspended", "verify"]

log = logging.getLogger(__name__)


def refresh(conn: Connection, as_of: date | None = None) -> dict[str, int]:
    """Bring the ledger to a business date; CheckFailed (roll back!) if it doesn't add up."""
    started, day = time.monotonic(), as_of or today()
    db.run(conn, "ledger/lock_ledger")
    db.run(conn, "ledger/take_memory")
    head = db.run(conn, "ledger/get_head").one_or_none()
    if head and day < head.as_of_date:
        raise LedgerError(f"the ledger stands at {head.as_of_date}; it is never taken back to {day}")
    opened = db.run(conn, "ledger/insert_refresh", as_of=day, rules_sha256=rules().sha256, code_version=__version__)
    refresh_id = opened.scalar_one()
    is_same = head and (head.rules_sha256, head.code_version) == (rules().sha256, __version__)
    begins = head and any(laws.begin_after(head.as_of_date, day) for laws in (definitions, editions))
    since = head.as_of_date if head and is_same and not begins else None
    items.find_conflicts(conn)
    facts.sync(conn, day, since)
    flags.take_visits(conn)
    flags.take_lists(conn, day)
    facts.lay_out(conn)
    facts.sync_profiles(conn, day)
    sightings.sync(conn, day)
    entries.sync(conn, day)
    custody.sync(conn, day)
    flags.sync(conn, day)
    entries.sync_standings(conn, day)
    flags.await_day(conn, day)
    flags.sync_items(conn, day, refresh_id)
    items.sync(conn, day, since)
    db.run(conn, "ledger/judge_absences", **{kind: db.json(said) for kind, said in rules().departures.items()})
    statement = _statement(conn, day)
    prove(conn)
    db.run(conn, "ledger/retire_head")
    published = {"statement": db.json(statement), "figures": past.figures(conn, day)}
    db.run(conn, "ledger/publish_refresh", refresh_id=refresh_id, **published)
    counts = dict(db.run(conn, "ledger/count_ledger").one()._mapping)
    db.record_stage(conn, "refresh", time.monotonic() - started, None, **counts)
    log.info("refresh %d as of %s: %s", refresh_id, day, counts)
    return counts


def standing_at(conn: Connection) -> date | None:
    """Return the business date of the published ledger; None before the first refresh."""
    head = db.run(conn, "ledger/get_head").one_or_none()
    return head.as_of_date if head else None


def _statement(conn: Connection, day: date) -> list[dict[str, Any]]:
    lines = [dict(row._mapping) for row in db.run(conn, "ledger/state_reconciliation", as_of=day)]
    wrong = [line for line in lines if line["difference"]]
    if wrong:
        named = ", ".join(f"{line['line']} differs by {line['difference']}" for line in wrong)
        raise CheckFailed(f"reconciliation: {named}")
    return lines


def verify(conn: Connection) -> list[str]:
    """Run every sql/checks/*.sql on every child and return their names; CheckFailed where one returns rows."""
    db.run(conn, "gate/discard_working_tables")
    facts.touch_everybody(conn, standing_at(conn) or today())
    db.run(conn, "ledger/create_stated")
    db.run(conn, "ledger/insert_all_records")
    return prove(conn)


def prove(conn: Connection) -> list[str]:
    """The same on the children that are looked at: all of them in a refresh by other rules."""
    names = sorted(file.stem for file in (INCLUDE / "sql" / "checks").glob("*.sql"))
    db.verify(conn, names)
    return names
