"""Custody: every day exactly one county answers for a child, the county of origin until another one takes it over.

Computed anew from sightings, officers' answers and dates, so that a refresh after a pause says what daily ones would
have said. A county that does not answer changes nothing but the list of children nobody took.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.engine import Connection

from childledger import db, places
from childledger.errors import LedgerError
from childledger.ledger import definitions
from childledger.ledger.sightings import terms

ANSWERABLE = ("offered", "expired", "rejected")
"""States of an offer its county may answer: who let it expire, or rejected it, may still take the child."""


def sync(conn: Connection, day: date) -> None:
    """Bring custody and offers to the sightings and answers of a day."""
    own, under_age = db.json(sorted(places.counties())), definitions.at("monitored", day).under_age
    db.run(conn, "ledger/create_turn", as_of=day, under_age=under_age, own_counties=own)
    db.run(conn, "ledger/create_responsible")
    db.run(conn, "ledger/delete_custody_gone")
    db.run(conn, "ledger/insert_custody")
    db.run(conn, "ledger/replace_offers", as_of=day, answer_within_days=terms()["answer_within_days"])


def answer(conn: Connection, offer_id: int, officer: str, day: date, rejected_for: str | None = None) -> None:
    """Record that the county asked takes a child over from a day on, or why not; the next refresh follows it.

    LedgerError for an offer that is not there or can't be answered any more, no officer, or a reason nobody knows.
    """
    offer = db.run(conn, "ledger/get_offer", offer_id=offer_id).one_or_none()
    if offer is None or offer.state not in ANSWERABLE:
        state = f"is {offer.state}" if offer else "does not exist"
        raise LedgerError(f"offer [{offer_id}] {state} and cannot be answered")
    if rejected_for and offer.state != "offered":
        raise LedgerError(f"offer [{offer_id}] is {offer.state}; only an open one can be rejected")
    if rejected_for and rejected_for not in terms()["rejection_reasons"]:
        raise LedgerError(f"a county rejects for one of these reasons: {', '.join(terms()['rejection_reasons'])}")
    if not officer.strip() or day < offer.offered_date:
        raise LedgerError("an answer needs the officer who gives it, and is not older than its offer")
    said = {"verdict": "rejected" if rejected_for else "accepted", "reason": rejected_for, "officer": officer}
    child = {"child_id": offer.child_id, "source_record_id": offer.source_record_id, "county_code": offer.county_code}
    db.run(conn, "ledger/insert_answer", **child, **said, answered_date=day)
