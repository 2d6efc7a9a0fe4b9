"""Facts: what every record in force says of its child until the day it stops counting, and the profile of them.

Only what changed is looked at: records noted since the last refresh, and children of whom something stopped counting.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.engine import Connection

from childledger import db, precedence
from childledger.ledger.rules import rules


def sync(conn: Connection, day: date, since: date | None) -> None:
    """Bring facts from one business date to another; `since` None: everything anew, by other rules."""
    db.run(conn, "ledger/create_changed")
    db.run(conn, "ledger/take_changes", everything=since is None, as_of=day)
    db.run(conn, "ledger/analyze_changed")
    db.run(conn, "ledger/create_touched", since=since, as_of=day)
    db.run(conn, "ledger/analyze_touched")
    cadence = rules().cadence
    lasting = {"months": cadence.months, "lasting": db.json(cadence.lasting), "terms": db.json(cadence.terms)}
    db.run(conn, "ledger/delete_facts_gone")
    db.run(conn, "ledger/upsert_facts", **lasting)
    db.run(conn, "ledger/merge_mass_confirmations", **cadence.mass)


def lay_out(conn: Connection, known: int | None = None) -> None:
    """Lay out, for the transaction, all that was said of touched children; `known`: as a refresh knew it."""
    db.run(conn, "ledger/create_stated")
    db.run(conn, "ledger/analyze_stated")
    db.run(conn, "ledger/create_said", known=known)
    db.run(conn, "ledger/analyze_said")
    db.run(conn, "ledger/delete_mistaken_deaths", seen_by=rules().cadence.seen_by)


def sync_profiles(conn: Connection, day: date) -> None:
    """Bring the profiles of touched children to a day."""
    told = {"precedence": db.json(precedence.by_feed()), "seen_by": rules().cadence.seen_by}
    db.run(conn, "ledger/merge_profiles", as_of=day, **told)


def touch_everybody(conn: Connection, day: date) -> None:
    """Look at every child, outside a refresh."""
    db.run(conn, "ledger/create_changed")
    db.run(conn, "ledger/insert_everybody")
    db.run(conn, "ledger/create_touched", since=None, as_of=day)
    db.run(conn, "ledger/analyze_touched")
