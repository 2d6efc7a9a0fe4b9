"""Entries: which child stands in which county's ledger, from when, until when and why."""

from __future__ import annotations

from datetime import date

from sqlalchemy.engine import Connection

from childledger import db, places
from childledger.ledger.rules import rules


def sync(conn: Connection, day: date) -> None:
    """Open, close and date entries by the definition in force."""
    values = {
        "as_of": day,
        "under_age": rules().under_age,
        "months": rules().months,
        "central_urban_districts": db.json(rules().central_urban_districts),
        "own_counties": db.json(sorted(places.counties())),
    }
    db.run(conn, "ledger/create_qualifying", **values)
    db.run(conn, "ledger/withdraw_entries", as_of=day)
    db.run(conn, "ledger/close_entries", as_of=day, under_age=rules().under_age)
    db.run(conn, "ledger/reopen_entries")
    db.run(conn, "ledger/open_entries", definition_version=rules().definition_version)
    db.run(conn, "ledger/date_entries")
