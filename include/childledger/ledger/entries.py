"""Entries and standings: which child stands in which county's ledger and in which tier, from when, until when and why.

They follow from the records in force and the day alone: run daily or once after a year, the same stays come out, each
with the day its own evidence gives. A child who no longer qualifies gets an end and a reason; no row is deleted.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.engine import Connection

from childledger import db
from childledger.ledger import definitions

ENTRIES = ("monitored", "candidate")


def sync(conn: Connection, day: date) -> None:
    """Bring the counties' ledgers to a day."""
    definitions.prepare(conn, day)
    db.run(conn, "ledger/create_spell")
    _qualify(conn, day, ("monitored", "statistical"), [*ENTRIES, "statistical"])
    db.run(conn, "ledger/void_entries")
    db.run(conn, "ledger/replace_entries")


def sync_standings(conn: Connection, day: date) -> None:
    """Bring the other tiers to a day, once entries and flags stand at it."""
    _qualify(conn, day, ("key_care",), ["key_care"])
    db.run(conn, "ledger/void_standings")
    db.run(conn, "ledger/replace_standings")


def _qualify(conn: Connection, day: date, tiers: tuple[str, ...], spelled: list[str]) -> None:
    versions = []
    for definition, until in (version for tier in tiers for version in definitions.in_force(tier)):
        definitions.qualify(conn, definition, definition.valid_from, until)
        days = {"valid_from": definition.valid_from, "valid_until": until}
        versions.append({"ledger": definition.tier, "version": definition.version} | days)
    db.run(conn, "ledger/analyze_qualifying")
    db.run(conn, "ledger/insert_spells", as_of=day, tiers=db.json(spelled), versions=db.json(versions))
