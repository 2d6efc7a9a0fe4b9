"""Yield: what came of each rule. One that sends people to homes in vain is suspended by itself and says so.

A suspended rule still raises its flags, each with its one item; they go to the county's desk until an officer lifts it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection

from childledger import db
from childledger.errors import LedgerError
from childledger.ledger.catalogue import catalogue


def suspend(conn: Connection) -> set[str]:
    """Decide anew which rules are suspended, from the visits and lifts there are; return their codes."""
    floor = catalogue().floor
    values = {"codes": db.json(floor.codes), "floor_share": floor.share, "least_visits": floor.least_visits}
    db.run(conn, "ledger/delete_suspensions")
    return {row.flag_code for row in db.run(conn, "ledger/insert_suspensions", **values)}


def lift(conn: Connection, flag_code: str, reason: str, officer: str) -> None:
    """Record that a rule may send people again; LedgerError unless it is suspended, and for no reason."""
    if not reason.strip() or not officer.strip():
        raise LedgerError("a lift needs a reason and the name of who gives it")
    db.run(conn, "ledger/lock_ledger")
    values = {"flag_code": flag_code, "reason": reason, "officer": officer}
    if db.run(conn, "ledger/insert_lift", **values).rowcount != 1:
        raise LedgerError(f"no rule of that name is suspended; suspended are: {', '.join(suspended(conn)) or 'none'}")


def suspended(conn: Connection) -> dict[str, tuple[int, int]]:
    """Suspended rules of the published ledger: code → visits with a conclusion, and how many found the reason true."""
    rows = db.run(conn, "ledger/list_suspensions")
    return {row.flag_code: (row.visit_count, row.confirmed_count) for row in rows}


def card(conn: Connection, county_code: str | None) -> list[Any]:
    """The yield card of one county or all: one row a rule, source and county, counts only."""
    return list(db.run(conn, "ledger/list_yield", county_code=county_code))


def groups(conn: Connection, county_code: str | None) -> list[Any]:
    """Who is visited, by sex, ethnicity and certified disability, for all rules and for each: counts only."""
    return list(db.run(conn, "ledger/list_yield_by_group", county_code=county_code))
