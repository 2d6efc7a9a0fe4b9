"""Any entry of the ledger back to file and line, any file forward to what came of it; ids only, no personal value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from childledger import db, places
from childledger.errors import LedgerError
from childledger.settings import Settings


def child(settings: Settings, child_id: int) -> str:
    """The way of a child: entries, flags and items, facts, records, files, archived bytes, contracts."""
    with db.transaction(settings.database_url) as conn:
        known = db.run(conn, "trace/get_child", child_id=child_id).one_or_none()
        if known is None:
            raise LedgerError(f"no child has number [{child_id}]")
        if known.merged_into:
            return f"child {child_id} is child {known.merged_into} (merged)\n" + child(settings, known.merged_into)
        sections = [
            ("entries", db.run(conn, "trace/list_entries", child_id=child_id)),
            ("flags and items", db.run(conn, "trace/list_flags", child_id=child_id)),
            ("facts (newest of each kind)", db.run(conn, "trace/list_facts", child_id=child_id)),
            ("records", db.run(conn, "trace/list_records", child_id=child_id)),
            ("files", db.run(conn, "trace/list_files", child_id=child_id)),
        ]
        body = [_section(title, rows) for title, rows in sections]
    return "\n".join([f"child {child_id}", *body, _archive(settings)])


def receipt(settings: Settings, receipt_id: int) -> str:
    """The way of a file forward: verdict, findings, records, children, flags and visits that came of it."""
    with db.transaction(settings.database_url) as conn:
        held = db.run(conn, "trace/get_receipt", receipt_id=receipt_id).one_or_none()
        if held is None:
            raise LedgerError(f"no receipt has number [{receipt_id}]")
        sections = [
            ("findings", db.run(conn, "trace/list_issues", receipt_id=receipt_id)),
            ("became", db.run(conn, "trace/list_effects", receipt_id=receipt_id)),
        ]
        body = [_section(title, rows) for title, rows in sections]
    facts = "\n".join(f"  {name}: {value}" for name, value in held._mapping.items() if value is not None)
    county = places.county_name(held.county_code)
    return "\n".join([f"receipt {receipt_id} ({county})", facts, *body, _archive(settings)])


def pairs(settings: Settings) -> str:
    """The review queue with file and line of both records, oldest first; the lines are in the archive."""
    with db.transaction(settings.database_url) as conn:
        return _section("pairs to judge", db.run(conn, "trace/list_pairs"))


def tickets(settings: Settings, county_code: str | None) -> str:
    """Correction tickets still asked about, contested ones first."""
    with db.transaction(settings.database_url) as conn:
        return _section("tickets", db.run(conn, "trace/list_tickets", county_code=county_code))


def _section(title: str, rows: Iterable[Any]) -> str:
    lines = [
        "  " + "  ".join(f"{name}={value}" for name, value in row._mapping.items() if value is not None) for row in rows
    ]
    return "\n".join([title, *(lines or ["  none"])])


def _archive(settings: Settings) -> str:
    return f"bytes: {settings.archive}/<first two of sha256>/<sha256>"
