"""Sightings: where each kind of source sees a child, and the moves that follow from them, proposed and never made.

Two places at once is a question for a person. All of it is decided by the dates of rows and their arrival, so that it
comes out the same however often, and after whatever pause, it is computed.
"""

from __future__ import annotations

import functools
from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db, places, rulefile
from childledger.ledger.rules import rules
from childledger.settings import INCLUDE


@functools.cache
def terms() -> dict[str, Any]:
    """rules/custody.yaml."""
    terms: dict[str, Any] = rulefile.load(INCLUDE / "rules" / "custody.yaml")
    return terms


def sync(conn: Connection, day: date) -> None:
    """Bring sightings and proposals to the facts of a day."""
    said = rules().departures
    verdicts = dict.fromkeys(("verdict", "other_verdict"), said["verdicts"])
    departed = db.json({**said["statuses"], "visit_outcome": said["outcomes"], **verdicts})
    own = db.json(sorted(places.counties()))
    db.run(conn, "ledger/create_placed", as_of=day, departed=departed, own_counties=own)
    db.run(conn, "ledger/replace_sightings")
    db.run(conn, "ledger/create_seen")
    db.run(conn, "ledger/create_stay", departments=terms()["departments"], surveys=db.json(terms()["surveys"]))
    db.run(conn, "ledger/create_doubt")
    db.run(conn, "ledger/replace_proposals", as_of=day, own_counties=own)
