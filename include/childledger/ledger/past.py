"""The past: what any day was like as any later day knew it, and every published figure again, byte for byte.

Two clocks: *valid* is a day in the life of the children, *known* a refresh that knew of it. What a refresh knew is kept
by the database itself (ledger.version), whichever statement changed it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db
from childledger.errors import LedgerError


def find_refresh(conn: Connection, known: date | int) -> Any:
    """The refresh that is meant by its number or by the end of a day in Beijing; LedgerError where there was none."""
    day, number = (known, None) if isinstance(known, date) else (None, known)
    found = db.run(conn, "ledger/find_refresh", day=day, number=number).one_or_none()
    if found is None:
        raise LedgerError(f"no refresh was published by {known}" if day else f"no refresh has number [{known}]")
    return found


def figures(conn: Connection, valid: date, known: int | None = None) -> str:
    """Counts of every county on a day as a refresh knew them (None: as they are), as canonical JSON."""
    counties: dict[str, dict[str, dict[str, int]]] = {}
    for row in db.run(conn, "ledger/count_figures", valid=valid, known=known):
        counties.setdefault(row.county_code, {}).setdefault(row.figure, {})[row.name] = row.number
    told = {"as_of": valid.isoformat(), "counties": counties}
    return db.canonical(told)


def child(conn: Connection, child_id: int, valid: date, known: int) -> dict[str, list[Any]]:
    """Entries, custody, offers, flags, items and facts of a child on a day as a refresh knew them; ids, codes and days,
    no value.
    """
    values = {"child_id": child_id, "valid": valid, "known": known}
    return {
        "entries": list(db.run(conn, "ledger/list_past_entries", **values)),
        "custody": list(db.run(conn, "ledger/list_past_custody", **values)),
        "offers": list(db.run(conn, "ledger/list_past_offers", **values)),
        "flags": list(db.run(conn, "ledger/list_past_flags", **values)),
        "items": list(db.run(conn, "ledger/list_past_items", **values)),
        "facts (newest of each kind)": list(db.run(conn, "ledger/list_past_facts", **values)),
    }


def forget(conn: Connection, child_id: int) -> int:
    """Delete what was once known of a child; the rows forgotten. Figures of the past no longer count it then."""
    return db.run(conn, "ledger/forget_versions", child_id=child_id).rowcount
