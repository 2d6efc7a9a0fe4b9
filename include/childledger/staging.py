"""Load: the file's rows as text with their line numbers, exactly as sent, and a line count that adds up."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy.engine import Connection

from childledger import db, reader
from childledger.contracts import Contract
from childledger.errors import CheckFailed, FeedError
from childledger.settings import Settings

log = logging.getLogger(__name__)


def load(conn: Connection, settings: Settings, contract: Contract, receipt_id: int) -> None:
    """Parse a received file into bronze Parquet (line_number, one text column per contract column).

    A file that can't be taken is a verdict on the receipt, not an error. Does nothing once the receipt is settled.
    """
    started = time.monotonic()
    receipt = db.run(conn, "staging/lock_receipt", receipt_id=receipt_id).one()
    if receipt.state not in ("received", "loaded"):
        return
    db.run(conn, "staging/delete_issues", receipt_id=receipt_id)
    try:
        sheet = _read(settings, contract, receipt)
    except FeedError as error:
        _reject(conn, receipt_id, error)
        return
    if len(sheet.lines) != sum(map(len, (sheet.header_lines, sheet.blank_lines, sheet.records, sheet.held_back))):
        raise CheckFailed(f"receipt {receipt_id}: physical lines are not conserved by the reader")
    write_bronze(settings.bronze / f"{receipt_id}.parquet", contract, sheet)
    _record(conn, receipt_id, sheet)
    db.record_stage(conn, "load", time.monotonic() - started, receipt_id, rows=len(sheet.records))
    log.info("receipt %s: loaded %d rows, held back %d lines", receipt_id, len(sheet.records), len(sheet.held_back))


def _read(settings: Settings, contract: Contract, receipt: Any) -> reader.Sheet:
    path = settings.archived(receipt.sha256)
    file_type = receipt.file_name.rsplit(".", 1)[-1].lower()
    try:
        sheet = reader.read(path, contract, file_type, settings.max_file_seconds)
    except FeedError as error:
        if error.code == "EMPTY_FILE" and receipt.is_nil:
            return reader.Sheet([], 0, [])
        raise
    rows = len(sheet.records) + len(sheet.held_back)
    if receipt.is_nil and rows:
        raise FeedError("NIL_WITH_ROWS", rows=rows)
    if not receipt.is_nil and not rows:
        raise FeedError("EMPTY_FILE")
    return sheet


def _reject(conn: Connection, receipt_id: int, error: FeedError) -> None:
    db.run(conn, "staging/reject_receipt", receipt_id=receipt_id, code=error.code, detail=db.json(error.detail))
    log.info("receipt %s: rejected, %s", receipt_id, error.code)


def write_bronze(path: Path, contract: Contract, sheet: reader.Sheet) -> None:
    """Write the records of a sheet as text columns, replacing an earlier try as a whole."""
    cells = list(sheet.records.values())
    present = {name: position for position, name in enumerate(sheet.columns) if name}
    table: dict[str, pa.Array] = {"line_number": pa.array(list(sheet.records), pa.int32())}
    for column in contract.columns:
        position = present.get(column.name)
        values = [row[position] for row in cells] if position is not None else [None] * len(cells)
        table[column.name] = pa.array(values, pa.string())
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    pq.write_table(pa.table(table), draft, compression="zstd")
    draft.chmod(0o600)
    draft.replace(path)


def _record(conn: Connection, receipt_id: int, sheet: reader.Sheet) -> None:
    db.run(
        conn,
        "staging/record_load",
        receipt_id=receipt_id,
        physical=len(sheet.lines),
        header=len(sheet.header_lines),
        blank=len(sheet.blank_lines),
        held_back=len(sheet.held_back),
    )
    issues = [(receipt_id, *finding, f"reader/{finding[2]}") for finding in sheet.findings]
    columns = ("receipt_id", "line_number", "column_name", "code", "severity", "rule_id")
    db.copy_rows(conn, "intake.issue", columns, issues)
