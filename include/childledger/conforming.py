"""Conform: accepted rows become typed source records, replacing what an earlier try of the same file left.

A correction takes the place of the file it corrects whatever order they arrive in; nothing is ever overwritten.
"""

from __future__ import annotations

import functools
import io
import logging
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy.engine import Connection

from childledger import bronze, db, places, records, rulefile
from childledger.contracts import Column, Contract
from childledger.errors import LedgerError
from childledger.settings import INCLUDE, Settings

log = logging.getLogger(__name__)

COLUMNS = (
    "source_record_id", "receipt_id", "line_number", "feed", "county_code", "as_of_date", "record_key",
    *records.PERSON_COLUMNS, "facts",
)  # fmt: skip
LINES_PER_RECEIPT = 10_000_000
"""source_record_id = receipt_id × this + line_number."""


def conform(conn: Connection, settings: Settings, contract: Contract, receipt_id: int) -> None:
    """Publish the accepted rows of a receipt the gate released. Does nothing unless it was accepted, in part or nil."""
    started = time.monotonic()
    receipt = db.run(conn, "staging/lock_receipt", receipt_id=receipt_id).one()
    if receipt.verdict not in ("accepted", "partial", "nil") or receipt.state not in ("released", "settled"):
        return
    db.run(conn, "conforming/lock_zone", zone=f"{contract.feed}/{receipt.county_code}")
    frame = bronze.read_typed(settings.bronze / f"{receipt_id}.parquet", contract)
    faults = db.run(conn, "conforming/list_held_back", receipt_id=receipt_id)
    held_back = {row.line_number: set(row.columns) for row in faults}
    accepted = frame[~frame["line_number"].isin(held_back)]
    published = as_records(accepted, contract, receipt)
    db.run(conn, "conforming/discard_incoming")
    db.run(conn, "conforming/create_incoming")
    # rows end in CR LF so that a cell with either of them is quoted, as COPY asks
    text = published.to_csv(index=False, header=False, lineterminator="\r\n")
    db.copy_csv(conn, "incoming", COLUMNS, io.StringIO(text))
    db.run(conn, "conforming/delete_records_gone", receipt_id=receipt_id)
    db.run(conn, "conforming/upsert_records")
    _keep_held_keys(conn, frame, held_back, contract, receipt_id)
    db.run(conn, "conforming/settle_receipt", receipt_id=receipt_id, accepted=len(published))
    _decide(conn, contract, receipt.county_code)
    db.record_stage(conn, "conform", time.monotonic() - started, receipt_id, records=len(published))
    log.info("receipt %s: conformed %d records", receipt_id, len(published))


def withdraw(conn: Connection, contract: Contract, receipt_id: int, reason: str, officer: str) -> None:
    """Take a file back: its records no longer count, and what it had replaced stands again. Its bytes are kept.

    Who and why is recorded for good. LedgerError without a reason; a second time changes nothing.
    """
    if not reason.strip() or not officer.strip():
        raise LedgerError("a withdrawal needs a reason and the officer who records it")
    receipt = db.run(conn, "staging/lock_receipt", receipt_id=receipt_id).one()
    if receipt.withdrawn_at:
        return
    db.run(conn, "conforming/lock_zone", zone=f"{contract.feed}/{receipt.county_code}")
    db.run(conn, "conforming/withdraw_receipt", receipt_id=receipt_id, reason=reason, officer=officer)
    _decide(conn, contract, receipt.county_code)
    log.info("receipt %s: withdrawn", receipt_id)


def _decide(conn: Connection, contract: Contract, county_code: str) -> None:
    """Decide anew which receipts and records of a zone stand."""
    zone = {"feed": contract.feed, "county_code": county_code}
    db.run(conn, "conforming/supersede_receipts", is_snapshot=contract.semantics == "snapshot", **zone)
    db.run(conn, "conforming/supersede_records", **zone)
    values = {"is_snapshot": contract.semantics == "snapshot", "truncated_above": _truncated_above()}
    db.run(conn, "conforming/replace_absences", **values, **zone)


@functools.cache
def _truncated_above() -> float:
    """Read rules/absence.yaml."""
    data = rulefile.load(INCLUDE / "rules" / "absence.yaml")
    share: float = data["truncated_above"]
    return share


def _keep_held_keys(
    conn: Connection, frame: pd.DataFrame, held_back: dict[int, set[str]], contract: Contract, receipt_id: int
) -> None:
    """A row held back names its child all the same: that child is not absent from the file.

    A row that could not be split, or whose key is itself at fault, may be anybody's: it is kept as the empty key.
    """
    db.run(conn, "conforming/delete_held_keys", receipt_id=receipt_id)
    known = {line for line, columns in held_back.items() if not columns & set(contract.key)}
    rows = frame[frame["line_number"].isin(known)].dropna(subset=list(contract.key))
    keys = set(_record_keys(rows, contract))
    if held_back.keys() - set(rows["line_number"]):
        keys.add("")
    db.copy_rows(conn, "conformed.held_key", ("receipt_id", "record_key"), ((receipt_id, key) for key in sorted(keys)))


def _record_keys(frame: pd.DataFrame, contract: Contract) -> list[str]:
    return [" ".join(filter(None, key)) for key in zip(*(frame[k] for k in contract.key), strict=True)]


def as_records(frame: pd.DataFrame, contract: Contract, receipt: Any) -> pd.DataFrame:
    """Turn cleaned rows into conformed.source_record columns; ISO dates, canonical codes, facts as JSON text."""
    typed = {column.name: _typed(frame[column.name], column, receipt.as_of_date) for column in contract.columns}
    table = pd.DataFrame({"line_number": frame["line_number"].astype(int)})
    table["source_record_id"] = receipt.receipt_id * LINES_PER_RECEIPT + table["line_number"]
    table["receipt_id"] = receipt.receipt_id
    table["feed"] = contract.feed
    table["county_code"] = receipt.county_code
    table["record_key"] = _record_keys(frame, contract)
    own_date = contract.becoming("record.as_of_date")
    dates = typed[own_date].fillna(receipt.as_of_date.isoformat()) if own_date else receipt.as_of_date.isoformat()
    table["as_of_date"] = dates
    for name in records.PERSON_COLUMNS:
        source = contract.becoming(f"person.{name}")
        table[name] = typed[source] if source else None
    table["facts"] = _facts(typed, contract)
    return table[list(COLUMNS)]


def _typed(values: pd.Series[Any], column: Column, day: date) -> pd.Series[Any]:
    meaning = _meaning(column, day)
    return values.map({raw: meaning(raw) for raw in values.dropna().unique()}).astype(object)


def _meaning(column: Column, day: date) -> Callable[[str], str | None]:
    if column.lookup:
        return column.lookup.get
    if column.check == "ethnicity":
        return records.ethnicity_code
    if column.check in ("division", "own_county"):
        return functools.partial(places.county_on, day=day)
    return str


def _facts(typed: dict[str, pd.Series[Any]], contract: Contract) -> list[str]:
    targets = {column.name: column.becomes or "" for column in contract.columns}
    kinds = {name: to.removeprefix("fact.") for name, to in targets.items() if to.startswith("fact.")}
    rows = zip(*(typed[name] for name in kinds), strict=True) if kinds else ((),) * len(next(iter(typed.values())))
    return [
        db.json({kind: v for kind, v in zip(kinds.values(), row, strict=True) if isinstance(v, str)}) for row in rows
    ]
