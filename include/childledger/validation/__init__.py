"""Validate: the contract's suite runs over every row, and only rule, column and line number leave this module.

Great Expectations' results carry values; they live in memory here and are never stored, logged or rendered.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy.engine import Connection

from childledger import __version__, db, places, reader, records
from childledger.contracts import Contract
from childledger.errors import CheckFailed
from childledger.settings import Settings
from childledger.validation import suite

log = logging.getLogger(__name__)

RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": ["line_number"],
    "exclude_unexpected_values": True,
    "return_unexpected_index_query": False,
}
MOSTLY = 0.5
"""More rows of another county than this, and the file as a whole is someone else's."""


@dataclass(frozen=True)
class Outcome:
    """One expectation on one file: what was asked, how many rows, which lines failed."""

    rule_id: str
    code: str
    severity: str
    checked: int
    failed_lines: tuple[int, ...]
    failed: bool


def validate(conn: Connection, settings: Settings, contract: Contract, receipt_id: int) -> None:
    """Judge a loaded receipt: issues by line, verdict, evidence record. Does nothing unless it is loaded."""
    started = time.monotonic()
    receipt = db.run(conn, "staging/lock_receipt", receipt_id=receipt_id).one()
    if receipt.state not in ("loaded", "validated"):
        return
    frame = reader.clean(pd.read_parquet(settings.bronze / f"{receipt_id}.parquet"), contract)
    committed = suite.path(settings.expectations, contract.feed).read_bytes()
    outcomes = [] if receipt.is_nil else run_suite(frame, json.loads(committed), _bindings(receipt))
    if contract.key and not receipt.is_nil:
        outcomes = [_keep_first_of_identical(frame, outcome) for outcome in outcomes]
    db.run(conn, "validation/delete_issues", receipt_id=receipt_id)
    _write_issues(conn, receipt_id, frame, contract, outcomes)
    _write_evidence(conn, receipt_id, contract, committed, outcomes)
    _judge(conn, contract, receipt_id, len(frame), outcomes)
    db.record_stage(conn, "validate", time.monotonic() - started, receipt_id, rows=len(frame))
    log.info("receipt %s: validated %d rows with %d expectations", receipt_id, len(frame), len(outcomes))


def run_suite(frame: pd.DataFrame, definition: dict[str, Any], bindings: dict[str, Any]) -> list[Outcome]:
    """Run a suite over cleaned rows; lines only, never values. CheckFailed when an expectation itself breaks."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    from childledger.validation import expectations  # noqa: F401  registers our own

    logging.getLogger("great_expectations").setLevel(logging.WARNING)  # after its import, which sets it to INFO
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("bronze")
    batch = source.add_dataframe_asset("rows").add_batch_definition_whole_dataframe("all")
    expected = gx.ExpectationSuite(**definition)
    result = batch.get_batch({"dataframe": frame}).validate(
        expected, result_format=RESULT_FORMAT, expectation_parameters=bindings
    )
    outcomes = {outcome.rule_id: outcome for outcome in (_outcome(single, len(frame)) for single in result.results)}
    return [outcomes[expectation["meta"]["rule_id"]] for expectation in definition["expectations"]]


def _outcome(single: Any, rows: int) -> Outcome:
    meta = dict(single.expectation_config.meta)
    if "'raised_exception': True" in str(single.exception_info):  # flat for some errors, keyed by metric for others
        raise CheckFailed(f"expectation {meta['rule_id']} could not be evaluated")
    groups = single.result.get("unexpected_index_list") or ()
    lines = sorted({int(line) for group in groups for line in group["line_number"]})
    return Outcome(meta["rule_id"], meta["code"], meta["severity"], rows, tuple(lines), not single.success)


def _bindings(receipt: Any) -> dict[str, Any]:
    own = [code for code in places.divisions() if places.current_code(code) == receipt.county_code]
    return {"as_of": receipt.as_of_date.isoformat(), "own_codes": sorted(own)}


def _keep_first_of_identical(frame: pd.DataFrame, outcome: Outcome) -> Outcome:
    if outcome.code != "DUPLICATE_KEY" or not outcome.failed_lines:
        return outcome
    twins = frame[frame["line_number"].isin(outcome.failed_lines)]
    rows = twins.drop(columns="line_number")
    keys = outcome.rule_id.split("/")[:-1]
    conflicting = twins[keys].duplicated(keep=False) & ~rows.duplicated(keep=False)
    disputed = twins[keys].merge(twins.loc[conflicting, keys].drop_duplicates(), how="left", indicator=True)
    spared = ~rows.duplicated(keep="first").to_numpy() & (disputed["_merge"] == "left_only").to_numpy()
    lines = tuple(int(line) for line in twins.loc[~spared, "line_number"])
    return Outcome(outcome.rule_id, outcome.code, outcome.severity, outcome.checked, lines, bool(lines))


def _write_issues(
    conn: Connection, receipt_id: int, frame: pd.DataFrame, contract: Contract, outcomes: list[Outcome]
) -> None:
    damaged = _damaged_by_excel(frame, contract)
    rows = []
    for outcome in outcomes:
        column = outcome.rule_id.split("/")[0] if "/" in outcome.rule_id else ""
        for line in outcome.failed_lines:
            code = "ID_DAMAGED_BY_EXCEL" if outcome.code == "ID_INVALID" and line in damaged else outcome.code
            rows.append((receipt_id, line, column, code, outcome.severity, outcome.rule_id))
    columns = ("receipt_id", "line_number", "column_name", "code", "severity", "rule_id")
    db.copy_rows(conn, "intake.issue", columns, rows)


def _damaged_by_excel(frame: pd.DataFrame, contract: Contract) -> set[int]:
    checked = [column.name for column in contract.columns if column.check == "resident_id"]
    hits = [frame[name].map(records.is_damaged_by_excel, na_action="ignore").fillna(False) for name in checked]
    return {int(line) for hit in hits for line in frame.loc[hit.astype(bool), "line_number"]}


def _write_evidence(
    conn: Connection, receipt_id: int, contract: Contract, committed: bytes, outcomes: list[Outcome]
) -> None:
    from great_expectations import __version__ as gx_version

    counts = [
        {
            "rule_id": o.rule_id,
            "code": o.code,
            "severity": o.severity,
            "checked": o.checked,
            "failed": len(o.failed_lines),
        }
        for o in outcomes
    ]
    db.run(
        conn,
        "validation/replace_evidence",
        receipt_id=receipt_id,
        contract_sha256=contract.sha256,
        suite_sha256=hashlib.sha256(committed).hexdigest(),
        code_version=__version__,
        gx_version=gx_version,
        expectations=db.json(counts),
    )


def _judge(conn: Connection, contract: Contract, receipt_id: int, rows: int, outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.code == "ROW_COUNT_OUT_OF_RANGE" and outcome.failed:
            _reject(conn, receipt_id, outcome.code, rows=rows, minimum=contract.min_rows, maximum=contract.max_rows)
            return
        if outcome.code == "OTHER_COUNTY" and len(outcome.failed_lines) > MOSTLY * rows:
            _reject(conn, receipt_id, "MOSTLY_OTHER_COUNTY", failed=len(outcome.failed_lines))
            return
    db.run(conn, "validation/accept_receipt", receipt_id=receipt_id)


def _reject(conn: Connection, receipt_id: int, code: str, **detail: int) -> None:
    db.run(conn, "staging/reject_receipt", receipt_id=receipt_id, code=code, detail=db.json(detail))
