"""Rows as the stages before the ledger leave them: receipts, records and members, put straight into the database.

For what is measured of the ledger over years, where reading thousands of files would only take time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from childledger import db
from childledger.contracts import Contract
from childledger.settings import BEIJING
from synthprovince.chance import Table

RECEIPT = sa.text("""
    insert into intake.receipt (
        department, county_code, feed, file_name, sha256, sm3, byte_count, as_of_date, received_at, state, verdict,
        physical_line_count, accepted_count, resolved_at
    )
    values (
        :department, :county_code, :feed, 'told', gen_random_uuid(), '', 0, :as_of, :received_at, 'settled', 'accepted',
        :rows, :rows, :received_at
    )
    returning receipt_id
""")
DELIVERY = sa.text(
    "insert into intake.delivery (receipt_id, file_name, is_duplicate) values (:receipt_id, 'told', false)"
)
RECORD = (
    "source_record_id", "receipt_id", "line_number", "feed", "county_code", "as_of_date", "record_key", "name",
    "birth_date", "residence_code", "hukou_code", "address", "guardian_name", "guardian_id_number", "guardian_phone",
    "facts",
)  # fmt: skip
MEMBER = ("source_record_id", "child_id", "route", "rule_version", "evidence")
HOME = ("address", "guardian_name", "guardian_id_number", "guardian_phone")
LINES_PER_RECEIPT = 10_000_000


@dataclass(frozen=True)
class Row:
    """What one row says of one child."""

    child_id: int
    residence: str | None
    hukou: str | None = None
    birth: date | None = date(2016, 5, 1)
    facts: dict[str, str] = field(default_factory=dict)
    key: str = ""
    """The child's number if empty."""
    name: str | None = None
    day: date | None = None
    """Of an event: its own day, not that of the file."""
    home: tuple[str | None, ...] = (None, None, None, None)
    """What the columns HOME say."""


def children(conn: Connection, count: int) -> list[int]:
    """New child numbers."""
    return [row.child_id for row in db.run(conn, "linkage/insert_children", count=count)]


def tell(
    conn: Connection, feed: str, county_code: str, as_of: date, rows: Sequence[Row], received: date | None = None
) -> int:
    """One file of a feed, taken whole on the day it arrived (its data date if absent); its receipt number."""
    at = datetime.combine(received or as_of, time(9), BEIJING)
    values = {"department": feed.split(".")[0], "county_code": county_code, "feed": feed, "as_of": as_of}
    receipt: int = conn.execute(RECEIPT, {**values, "received_at": at, "rows": len(rows)}).scalar_one()
    conn.execute(DELIVERY, {"receipt_id": receipt})
    numbered = [(receipt * LINES_PER_RECEIPT + line, line, row) for line, row in enumerate(rows, 1)]
    db.copy_rows(
        conn,
        "conformed.source_record",
        RECORD,
        (
            (
                number, receipt, line, feed, county_code, row.day or as_of, row.key or str(row.child_id),
                row.name or f"child {row.child_id}", row.birth, row.residence, row.hukou, *row.home, db.json(row.facts),
            )
            for number, line, row in numbered
        ),
    )  # fmt: skip
    db.copy_rows(
        conn,
        "identity.member",
        MEMBER,
        ((number, row.child_id, "exact_id", "told", "{}") for number, _, row in numbered),
    )
    return receipt


def meant(contract: Contract, listed: Table) -> Iterator[tuple[str, int, dict[str, object]]]:
    """Sender, true child and what the row says, by the contract's own meanings."""
    facts = [c for c in contract.columns if (c.becomes or "").startswith("fact.") and c.name in listed]
    words = {c.name: c.lookup for c in facts}
    for place, uid in enumerate(listed["uid"].tolist()):
        said = {str(c.becomes).removeprefix("fact."): listed[c.name][place] for c in facts}
        row = {
            kind: words[column.name].get(str(value), str(value))
            for column, (kind, value) in zip(facts, said.items(), strict=True)
            if value != ""
        }
        where = {"residence": str(listed["residence_code"][place]), "hukou": str(listed["hukou_code"][place])}
        who = {"name": listed["name"][place], "home": tuple(listed[name][place] or None for name in HOME)}
        yield str(listed["county"][place]), uid, {**where, **who, "birth": listed["birth_date"][place], "facts": row}
