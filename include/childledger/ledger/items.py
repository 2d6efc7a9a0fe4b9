"""Items: every open flag has one, with its severity and the moment somebody must have been there, in the refresh.

What became of an item is written down by the database as it happens (followup.event) and addressed to everybody who
must know (followup.outbox), so that no crash lies between a change and its telling.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.engine import Connection

from childledger import calendar, db
from childledger.ledger.rules import rules
from childledger.pace import pace

FIRST_DAY = date(2020, 1, 1)
AHEAD = timedelta(days=800)
"""How far the clocks in the database can count."""


def find_conflicts(conn: Connection) -> None:
    """Find visits that two files tell differently, before any of them says something of its child."""
    db.run(conn, "ledger/find_conflicts")


def sync(conn: Connection, day: date, since: date | None) -> None:
    """Give every item its severity and deadline, and confirmed ones the day they are seen again; `since`: the last
    refresh, if it was by these rules, which knew the days before it.
    """
    days = calendar.days(since or FIRST_DAY, day + AHEAD)
    known = [(found.isoformat(), working, basis) for found, working, basis in days]
    db.run(conn, "ledger/upsert_workdays", days=db.json(known))
    severities = {code: flag.severity for code, flag in rules().flags.items()}
    values = {"severities": db.json(severities), "hours": db.json(pace().due_hours)}
    db.run(conn, "ledger/date_items", as_of=day, **values)
    again = pace().recheck
    found = {"severities": db.json(again.severities), "days": again.days, "times": again.times}
    db.run(conn, "ledger/replace_rechecks", **found)
