"""The gate: no file counts before it was compared with what stands, and no mass change without a person's word.

A file is published and measured in a savepoint that is always rolled back; the gate itself changes only the receipt,
its issues and, for a file beyond its limits, one open decision. Other stages run in between: pipeline.py strings them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db
from childledger.contracts import Contract
from childledger.gate import decisions, explanations, findings
from childledger.gate.decisions import decide, describe, list_held, release, withdraw
from childledger.gate.explanations import explain, judge, list_waiting
from childledger.gate.findings import Finding
from childledger.gate.limits import Limits, rules
from childledger.settings import Settings

__all__ = [
    "Case", "compare", "conclude", "decide", "describe", "explain", "judge", "list_held", "list_waiting",
    "mark_before", "may_matter", "measure", "open_case", "shadow", "withdraw",
]  # fmt: skip

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Case:
    """A file at the gate: its receipt row, and the file that stands before it where there is one."""

    receipt: Any
    previous: Any | None
    contract: Contract
    started: float
    """time.monotonic() when the gate took it up."""


@dataclass(frozen=True)
class Comparison:
    """What a file publishes and how it differs from what stands; no values."""

    counts: dict[str, int]
    touched: int
    findings: tuple[Finding, ...]


def open_case(conn: Connection, contract: Contract, receipt_id: int) -> Case | None:
    """Take up a validated file; None when the gate has nothing to decide about it."""
    started = time.monotonic()
    db.run(conn, "staging/lock_receipt", receipt_id=receipt_id)
    receipt = db.run(conn, "gate/get_case", receipt_id=receipt_id).one()
    if receipt.state != "validated":
        return None
    place = {name: getattr(receipt, name) for name in ("feed", "county_code", "as_of_date", "revision", "receipt_id")}
    return Case(receipt, db.run(conn, "gate/find_predecessor", **place).one_or_none(), contract, started)


@contextmanager
def shadow(conn: Connection, receipt_id: int) -> Iterator[None]:
    """Release a file inside a savepoint and roll everything back at the end, whatever was done meanwhile."""
    savepoint = conn.begin_nested()
    log.info("receipt %s: shadow run begins; nothing of it is kept", receipt_id)
    try:
        db.run(conn, "gate/release_receipt", receipt_id=receipt_id)
        yield
    finally:
        savepoint.rollback()
        log.info("receipt %s: shadow run rolled back", receipt_id)


def compare(conn: Connection, case: Case) -> Comparison:
    """Compare a file, published in a shadow, with the file before it, with itself earlier and with other feeds."""
    r, previous_id = case.receipt, case.previous.receipt_id if case.previous else None
    found = db.run(conn, "gate/count_published", receipt_id=r.receipt_id, previous_id=previous_id).one()
    counts = {"rows": r.row_count, "published": found.published}
    if case.previous:
        # a row held back has no key we know: it may be any of those that seem to have vanished
        vanished = max(0, found.keys_vanished - r.rejected_count)
        counts |= {"rows_before": case.previous.row_count, "keys_before": found.keys_before, "keys_vanished": vanished}
    told = [
        *findings.of_file(counts, case.contract.semantics, found.vanished_sha256),
        *findings.of_rows(conn, r, case.contract),
    ]
    return Comparison(counts, found.touched, tuple(told))


def may_matter(conn: Connection, case: Case, comparison: Comparison) -> bool:
    """Whether a file must be measured: not a first file, nor one that touches too few records to reach any limit.

    A record is of one child, who has one open flag of each kind at most. A single record that ties several standing
    children together can do more; of those the review queue and the limits of linkage.yaml take care.
    """
    if not case.receipt.is_published or (case.previous is None and rules().first_file == "release"):
        return False
    return limits_of(conn, case).can_be_reached_by(comparison.touched) or bool(_beyond_rows(case, comparison))


def limits_of(conn: Connection, case: Case) -> Limits:
    """The limits of a file's effect, by what its county has now."""
    standing = db.run(conn, "gate/count_standing", feed=case.receipt.feed, county_code=case.receipt.county_code).one()
    return rules().limits(flags=standing.flags, children=standing.children, records=standing.records)


def mark_before(conn: Connection) -> None:
    """Within a shadow: remember the ledger without the file, and let the stages run a second time."""
    db.run(conn, "gate/discard_working_tables")
    for name in ("gate/create_flag_before", "gate/create_child_before", "gate/create_record_before"):
        db.run(conn, name)


def measure(conn: Connection) -> dict[str, int]:
    """Within a shadow: what the file did to the ledger since `mark_before`."""
    return dict(db.run(conn, "gate/count_effect").one()._mapping)


def _beyond_rows(case: Case, comparison: Comparison) -> dict[str, dict[str, int]]:
    return rules().rows_beyond(comparison.counts, case.contract.semantics) if case.previous else {}


def conclude(
    conn: Connection, settings: Settings, case: Case, comparison: Comparison, effect: dict[str, int] | None
) -> None:
    """Write what was found and release the file, or hold it for a person; `effect` None: it was not measured."""
    receipt_id = case.receipt.receipt_id
    db.run(conn, "gate/delete_issues", receipt_id=receipt_id)
    findings.write(conn, receipt_id, comparison.findings)
    explanations.recognise(conn, settings, case.contract, receipt_id)
    beyond = _beyond_rows(case, comparison)
    if effect is not None:
        beyond |= limits_of(conn, case).exceeded_by(effect)
    if beyond and case.receipt.withdrawn_at is None:
        decisions.hold(conn, receipt_id, comparison.counts | (effect or {}), beyond)
        log.info("receipt %s: held, beyond its limits: %s", receipt_id, ", ".join(sorted(beyond)))
    else:
        release(conn, receipt_id, is_snapshot=case.contract.semantics == "snapshot")
        log.info("receipt %s: released, %d findings at the gate", receipt_id, len(comparison.findings))
    counts = {"findings": len(comparison.findings), "held": int(bool(beyond)), "measured": int(effect is not None)}
    db.record_stage(conn, "gate", time.monotonic() - case.started, receipt_id, **counts)
