"""Load: the file's rows as the contract reads them, with their line numbers, and a line count that adds up."""

from __future__ import annotations

import logging
import time
from collections import Counter
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from childledger import bronze, cells, db, reader
from childledger.cells import Bindings
from childledger.contracts import Contract
from childledger.errors import FeedError
from childledger.records import Finding
from childledger.settings import Settings

log = logging.getLogger(__name__)


def load(conn: Connection, settings: Settings, contract: Contract, receipt_id: int) -> None:
    """Read a received file into bronze; rows that can't be read for certain are held back, each with its finding.

    A file that can't be taken is a verdict on the receipt, not an error. Does nothing once the receipt is settled.
    """
    started = time.monotonic()
    receipt = db.run(conn, "staging/lock_receipt", receipt_id=receipt_id).one()
    if receipt.state not in ("received", "loaded"):
        return
    db.run(conn, "staging/delete_issues", receipt_id=receipt_id)
    try:
        counts, findings = _read(settings, contract, receipt)
    except FeedError as error:
        db.run(conn, "staging/reject_receipt", receipt_id=receipt_id, code=error.code, detail=db.json(error.detail))
        log.info("receipt %s: rejected, %s", receipt_id, error.code)
        return
    db.run(conn, "staging/record_load", receipt_id=receipt_id, **counts)
    columns = ("receipt_id", "is_of_reader", "line_number", "column_name", "code", "severity", "rule_id")
    db.copy_rows(conn, "intake.issue", columns, ((receipt_id, True, *finding) for finding in findings))
    rows = counts["physical"] - counts["header"] - counts["blank"]
    db.record_stage(conn, "load", time.monotonic() - started, receipt_id, rows=rows)
    log.info("receipt %s: read %d rows, held back %d", receipt_id, rows, counts["held_back"])


def _read(settings: Settings, contract: Contract, receipt: Any) -> tuple[dict[str, int], list[Finding]]:
    """Write bronze; return line counts and what was found. What rules ask of the rows taken is left to the suite."""
    counts = Counter(physical=0, header=0, blank=0, held_back=0)
    findings: list[Finding] = []
    bindings = Bindings(receipt.as_of_date, receipt.county_code)
    place = settings.bronze / f"{receipt.receipt_id}.parquet"
    with bronze.writing(place, contract) as writer, _opened(settings, receipt) as (path, file_type):
        try:
            for chunk in reader.read(path, contract, file_type, settings.max_file_seconds):
                read = cells.read_cells(chunk.raw(), contract, bindings)
                accepted = read.accepted()
                writer.add(chunk.numbers, read, accepted)
                taken = set(chunk.numbers.filter(accepted).to_pylist())
                told = [*chunk.findings, *read.findings(chunk.numbers, contract)]
                findings += (f for f in told if f.rule_id.startswith("reader/") or f.line not in taken)
                counts["physical"] += chunk.line_count
                counts["header"] += len(chunk.header_lines)
                counts["blank"] += len(chunk.blank_lines) + len(chunk.continued_lines)
                counts["held_back"] += len(chunk.held_back) + len(chunk.numbers) - accepted.true_count
        except FeedError as error:
            if error.code != "EMPTY_FILE" or not receipt.is_nil:
                raise
        contract.admit(counts["physical"] - counts["header"] - counts["blank"], is_nil=receipt.is_nil)
    findings += bronze.twins_held_back(place, contract)
    return dict(counts), sorted(findings)


def _opened(settings: Settings, receipt: Any) -> AbstractContextManager[tuple[Path, str]]:
    sent_type = receipt.file_name.rsplit(".", 1)[-1].lower()
    return reader.opened(settings.archived(receipt.sha256), sent_type, settings.max_file_bytes)
