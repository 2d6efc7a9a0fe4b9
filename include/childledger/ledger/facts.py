"""Facts: what every record in force says of its child until the day it stops counting, and the profile of them."""

from __future__ import annotations

from datetime import date

from sqlalchemy.engine import Connection

from childledger import db, precedence
from childledger.ledger.rules import rules


def sync(conn: Connection, day: date) -> None:
    """Bring facts and profiles to the records in force."""
    db.run(conn, "ledger/delete_facts_gone")
    values = {"months": rules().fact_months, "until": db.json(rules().fact_until)}
    db.run(conn, "ledger/upsert_facts", **values)
    db.run(conn, "ledger/delete_profiles")
    db.run(conn, "ledger/insert_profiles", as_of=day, precedence=db.json(precedence.by_feed()))
