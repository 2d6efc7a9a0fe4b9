"""Any entry of the ledger back to file and line, any file forward to what came of it; ids only, no personal value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db, linkage, masks, places, precedence
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
        sections: list[tuple[str, Iterable[Any]]] = [
            ("entries", db.run(conn, "trace/list_entries", child_id=child_id)),
            ("flags and items", db.run(conn, "trace/list_flags", child_id=child_id)),
            ("facts (newest of each kind)", db.run(conn, "trace/list_facts", child_id=child_id)),
            ("conflicts (the value that counts first)", conflicts(conn, child_id)),
            ("records", records(conn, child_id)),
            ("files", db.run(conn, "trace/list_files", child_id=child_id)),
        ]
        body = [section(title, rows) for title, rows in sections]
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
        body = [section(title, rows) for title, rows in sections]
    facts = "\n".join(f"  {name}: {value}" for name, value in held._mapping.items() if value is not None)
    county = places.county_name(held.county_code)
    return "\n".join([f"receipt {receipt_id} ({county})", facts, *body, _archive(settings)])


def records(conn: Connection, child_id: int) -> list[dict[str, Any]]:
    """Records of a child with file and line, and what linked each: route, columns with bits, weight, rule version."""
    found = [dict(row._mapping) for row in db.run(conn, "trace/list_records", child_id=child_id)]
    return [record | {"agreed": agreed(record["agreed"]) or None} for record in found]


def agreed(agreement: dict[str, list[Any]]) -> str:
    """Columns with how they agree and what that weighed.

    >>> agreed({"name": ["exact", 11.24], "id_number": ["equal", None]})
    'name exact +11.2, id_number equal'
    """
    return ", ".join(
        f"{part} {how}" + ("" if bits is None else f" {bits:+.1f}") for part, (how, bits) in agreement.items()
    )


def history(settings: Settings, child_id: int) -> str:
    """What happened to a child number: events, records from when to when, words, shields, who was shown what."""
    with db.transaction(settings.database_url) as conn:
        if db.run(conn, "trace/get_child", child_id=child_id).one_or_none() is None:
            raise LedgerError(f"no child has number [{child_id}]")
        return "\n".join([f"child {child_id}", *past(conn, child_id)])


def past(conn: Connection, child_id: int) -> list[str]:
    """The sections of a child's history."""
    return [
        section("events", db.run(conn, "trace/list_events", child_id=child_id)),
        section("records from when to when", db.run(conn, "trace/list_memberships", child_id=child_id)),
        section("words of people", db.run(conn, "trace/list_words", child_id=child_id)),
        section("shields", db.run(conn, "trace/list_shields", child_id=child_id)),
        section("shown to", db.run(conn, "trace/list_disclosures", child_id=child_id)),
    ]


def conflicts(conn: Connection, child_id: int) -> list[dict[str, Any]]:
    """Fields about which sources differ, masked: field, feed, date, record, value and whether it counts."""
    found = db.run(conn, "trace/list_conflicts", child_id=child_id, precedence=db.json(precedence.places()))
    return [dict(row._mapping) | {"value": masks.mask(row.field, row.value)} for row in found]


def pairs(settings: Settings, most: int) -> str:
    """The review queue, most helpful first, with masked fields, and words that wait for a second account."""
    with db.transaction(settings.database_url) as conn:
        waiting = linkage.list_waiting(conn)
        queue = linkage.list_queue(conn, linkage.limits().link_from, most)
        told = [section(_heading(pair), map(vars, fields)) for pair, fields in queue]
        words = [section("words on shielded children that wait for a second account", waiting)] if waiting else []
        return "\n".join([*words, *(told or ["pairs to judge\n  none"])])


def _heading(pair: dict[str, Any]) -> str:
    unsure = "; UNSURE so far" if pair["unsure_judgement_id"] else ""
    weight = "" if pair["weight"] is None else f" ({pair['weight']:+.1f} bits)"
    return (
        f"pair {pair['pair_id']}: {pair['reason']}{weight}; {pair['marks'] or 'no mark of harm'};"
        f" {pair['records']} records{unsure}\n"
        f"  left={pair['left_record_id']}  {pair['left_line']}  child={pair['left_child_id']}\n"
        f"  right={pair['right_record_id']}  {pair['right_line']}  child={pair['right_child_id']}"
    )


def tickets(settings: Settings, county_code: str | None) -> str:
    """Correction tickets still asked about, contested ones first."""
    with db.transaction(settings.database_url) as conn:
        return section("tickets", db.run(conn, "trace/list_tickets", county_code=county_code))


def gaps(settings: Settings, county_code: str | None) -> str:
    """Services due without proof: those of one county by child number, or counts of all."""
    name = "trace/list_gaps" if county_code else "trace/count_states"
    with db.transaction(settings.database_url) as conn:
        return section("services due", db.run(conn, name, **({"county_code": county_code} if county_code else {})))


def section(title: str, rows: Iterable[Any]) -> str:
    """One titled list, a line for each row or mapping; what is null is left out."""
    told = [row if isinstance(row, dict) else row._mapping for row in rows]
    lines = ["  " + "  ".join(f"{name}={value}" for name, value in row.items() if value is not None) for row in told]
    return "\n".join([title, *(lines or ["  none"])])


def _archive(settings: Settings) -> str:
    return f"bytes: {settings.archive}/<first two of sha256>/<sha256>"
