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
from childledger.gate.limits import EFFECTS, Limits, rules
from childledger.settings import Settings

__all__ = [
    "Case", "compare", "conclude", "decide", "describe", "explain", "judge", "limits_of", "list_held",
    "list_waiting", "list_wave", "mark_before", "may_matter", "measure", "open_case", "recall", "remember", "shadow",
    "withdraw",
]  # fmt: skip

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Case:
    """A file at the gate: its receipt row, and the file that stands before it where there is one."""

    receipt: Any
    previous: Any | None
    """None for a supplement, too: mended rows can't be compared with a whole file, only their effect is measured."""
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
    previous = None if receipt.supplement else db.run(conn, "gate/find_predecessor", **place).one_or_none()
    return Case(receipt, previous, contract, started)


@contextmanager
def shadow(conn: Connection, *receipt_ids: int) -> Iterator[None]:
    """Release files inside a savepoint and roll everything back at the end, whatever was done meanwhile."""
    savepoint = conn.begin_nested()
    log.info("receipts %s: shadow run begins; nothing of it is kept", receipt_ids)
    try:
        for receipt_id in receipt_ids:
            db.run(conn, "gate/release_receipt", receipt_id=receipt_id)
        yield
    finally:
        savepoint.rollback()
        log.info("receipts %s: shadow run rolled back", receipt_ids)


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
    is_first = case.previous is None and not case.receipt.supplement
    if not case.receipt.is_published or (is_first and rules().first_file == "release"):
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


def measure(conn: Connection, receipt_ids: list[int]) -> dict[int, dict[str, int]]:
    """Within a shadow: what each file did to the ledger since `mark_before`; all of it where there is one."""
    if len(receipt_ids) == 1:
        return {receipt_ids[0]: dict(db.run(conn, "gate/count_effect").one()._mapping)}
    told = db.run(conn, "gate/count_effects", receipt_ids=receipt_ids)
    return {row.receipt_id: {name: getattr(row, name) for name in EFFECTS} for row in told}


def list_wave(conn: Connection, case: Case) -> list[tuple[int, str]]:
    """(receipt, feed) of the files that wait at the gate, this one first."""
    waiting = db.run(conn, "gate/list_wave", receipt_id=case.receipt.receipt_id)
    return [(row.receipt_id, row.feed) for row in waiting]


def remember(conn: Connection, case: Case, effects: dict[int, dict[str, int]], rules_sha256: str) -> None:
    """Keep what was measured of the files that still wait."""
    values = {"rules_sha256": rules_sha256, "measured_on": case.receipt.measured_on}
    rows = [{"receipt_id": receipt_id, "effect": db.json(told), **values} for receipt_id, told in effects.items()]
    db.run_many(conn, "gate/replace_measurement", rows)


def recall(conn: Connection, case: Case, rules_sha256: str) -> dict[str, int] | None:
    """What was measured of this file when it waited beside others; None when it was not, or by other rules."""
    values = {"receipt_id": case.receipt.receipt_id, "rules_sha256": rules_sha256}
    effect: dict[str, int] | None = db.run(
        conn, "gate/get_measurement", measured_on=case.receipt.measured_on, **values
    ).scalar()
    return effect


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
    db.run(conn, "gate/delete_measurement", receipt_id=receipt_id)
    counts = {"findings": len(comparison.findings), "held": int(bool(beyond)), "measured": int(effect is not None)}
    db.record_stage(conn, "gate", time.monotonic() - case.started, receipt_id, **counts)
