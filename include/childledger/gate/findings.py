"""Cross-file and cross-department checks: each is a query on a line, and no value leaves this module but as a digest.

A row that another feed contradicts is told only that, and which of its own columns to look at: neither what the other
says nor which department it is.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db, records
from childledger.contracts import Contract
from childledger.gate.limits import rules

ISSUE_COLUMNS = (
    "receipt_id", "line_number", "column_name", "code", "severity", "rule_id", "key_sha256", "evidence_sha256",
)  # fmt: skip
_MARKS = re.compile(r"[\s·•・.．]")


@dataclass(frozen=True)
class Finding:
    """One query of the gate: where, what, and digests of the row's key and of the values compared."""

    line: int
    column: str
    code: str
    key_sha256: str
    evidence_sha256: str


def digest(*values: Any) -> str:
    """SHA-256 of values in order; None and '' differ.

    >>> digest("a", None) == digest("a", ""), digest("a", "b") == digest("a", "b")
    (False, True)
    """
    text = "\x1f".join("\x00" if value is None else str(value) for value in values)
    return hashlib.sha256(text.encode()).hexdigest()


def of_file(counts: dict[str, int], semantics: str, vanished_sha256: str) -> Iterator[Finding]:
    """VOLUME_CHANGED and KEYS_VANISHED on line 0, when there is a file before to compare with."""
    if "rows_before" not in counts:
        return
    evidence = {
        "VOLUME_CHANGED": digest(counts["rows_before"], counts["rows"]),
        "KEYS_VANISHED": vanished_sha256,
    }
    for code in rules().rows_beyond(counts, semantics, "query"):
        yield Finding(0, "", code, digest(), evidence[code])


def of_rows(conn: Connection, receipt: Any, contract: Contract) -> Iterator[Finding]:
    """IMMUTABLE_CHANGED against the own earlier files, ID_OTHER_BIRTH and ID_OTHER_NAME against other feeds."""
    yield from _immutable_changed(conn, receipt, contract)
    yield from _contradicted(conn, receipt, contract)


def _immutable_changed(conn: Connection, receipt: Any, contract: Contract) -> Iterator[Finding]:
    immutable = db.json(rules().immutable)
    values = {"receipt_id": receipt.receipt_id, "as_of_date": receipt.as_of_date, "immutable": immutable}
    for row in db.run(conn, "gate/list_immutable_changed", **values):
        is_number = row.name == "id_number"
        if is_number and not (records.is_resident_id(row.told) and records.is_resident_id(row.told_before)):
            continue  # a number mended is no other number
        column = contract.becoming(f"person.{row.name}")
        if column:
            evidence = digest(row.told, row.told_before)
            yield Finding(row.line_number, column, "IMMUTABLE_CHANGED", digest(row.record_key), evidence)


def _contradicted(conn: Connection, receipt: Any, contract: Contract) -> Iterator[Finding]:
    rows: dict[tuple[int, str, str], list[Any]] = defaultdict(list)
    for row in db.run(conn, "gate/list_contradicted", receipt_id=receipt.receipt_id):
        if not records.is_resident_id(row.id_number):
            continue
        if row.birth_date and row.other_birth_date and row.birth_date != row.other_birth_date:
            rows[row.line_number, "birth_date", "ID_OTHER_BIRTH"].append(row)
        if is_other_name(row.name, row.other_name):
            rows[row.line_number, "name", "ID_OTHER_NAME"].append(row)
    for (line, name, code), against in rows.items():
        own = against[0]
        others = sorted({str(getattr(row, f"other_{name}")) for row in against})
        evidence = digest(own.id_number, getattr(own, name), *others)
        yield Finding(line, contract.becoming(f"person.{name}") or "", code, digest(own.record_key), evidence)


def is_other_name(one: str | None, other: str | None) -> bool:
    """Whether two names have no character in common; a name that names nobody is no other name.

    >>> is_other_name("王小明", "王晓明"), is_other_name("王小明", "李雷"), is_other_name("王小明", "李四之子")
    (False, True, False)
    """
    if not one or not other or re.search(rules().placeholder_names, f"{one} {other}"):
        return False
    left, right = (set(_MARKS.sub("", records.read_code(name) or "")) for name in (one, other))
    return bool(left) and bool(right) and not left & right


def write(conn: Connection, receipt_id: int, findings: tuple[Finding, ...]) -> None:
    """Write the findings of a file as queries in the issue format of every other check."""
    rows = [
        (receipt_id, f.line, f.column, f.code, "query", f"gate/{f.code}", f.key_sha256, f.evidence_sha256)
        for f in findings
    ]
    db.copy_rows(conn, "intake.issue", ISSUE_COLUMNS, rows)
