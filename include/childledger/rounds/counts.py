"""Two-way counts: what a department's own register has of a half-year, beside what the ledger took of its files."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection

from childledger import contracts, db
from childledger.errors import LedgerError
from childledger.settings import INCLUDE


def tell(
    conn: Connection, round_name: str, county_code: str, feed: str, row_count: int, officer: str, reason: str
) -> None:
    """Record what a department's register counts; LedgerError for a feed nobody reports, or without who says so."""
    if feed not in contracts.load_all(INCLUDE / "feeds"):
        raise LedgerError(f"no feed is called [{feed}]")
    if row_count < 0 or not officer.strip() or not reason.strip():
        raise LedgerError("a count is no less than 0 and needs an officer and where it was told")
    place = {"round_name": round_name, "county_code": county_code, "feed": feed}
    db.run(conn, "rounds/insert_count", **place, row_count=row_count, officer=officer.strip(), reason=reason.strip())


def compare(conn: Connection, round_name: str, county_code: str | None, known_at: Any, until: int | None) -> list[Any]:
    """county_code, feed, count_id, told and counted of every feed somebody told a count of by count number `until`."""
    feeds = contracts.load_all(INCLUDE / "feeds")
    lists = [feed for feed, contract in feeds.items() if contract.semantics == "snapshot"]
    values = {"round_name": round_name, "county_code": county_code, "known_at": known_at, "until": until}
    return list(db.run(conn, "rounds/compare_counts", **values, snapshots=db.json(lists)))
