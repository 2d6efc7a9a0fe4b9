"""Validate: the contract's suite runs over every row the reader accepted; only rule, column and line leave this module.

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

from childledger import __version__, bronze, cells, damage, db, places
from childledger.contracts import Contract
from childledger.errors import CheckFailed, FeedError
from childledger.settings import Settings
from childledger.validation import suite

log = logging.getLogger(__name__)

RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": ["line_number"],
    "exclude_unexpected_values": True,
    "return_unexpected_index_query": False,
}


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
    frame = bronze.read_text(settings.bronze / f"{receipt_id}.parquet", contract)
    committed = suite.path(settings.expectations, contract.feed).read_bytes()
    outcomes = [] if frame.empty else run_suite(frame, json.loads(committed), _bindings(receipt))
    outcomes = [_keep_first_of_identical(frame, outcome) for outcome in outcomes]
    db.run(conn, "validation/delete_issues", receipt_id=receipt_id)
    _write_issues(conn, receipt_id, frame, contract, outcomes)
    _write_evidence(conn, receipt_id, contract, committed, outcomes)
    _judge(conn, contract, receipt)
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
    lines = tuple(cells.disputed_lines(twins, outcome.rule_id.split("/")[:-1]))
    return Outcome(outcome.rule_id, outcome.code, outcome.severity, outcome.checked, lines, bool(lines))


def _write_issues(
    conn: Connection, receipt_id: int, frame: pd.DataFrame, contract: Contract, outcomes: list[Outcome]
) -> None:
    rows = []
    for outcome in outcomes:
        names = outcome.rule_id.split("/")[:-1]
        better = _better_codes(frame, contract, outcome, names)
        for line in outcome.failed_lines:
            code = better.get(line, outcome.code)
            rows.append((receipt_id, line, (*names, "")[0], code, outcome.severity, outcome.rule_id))
    columns = ("receipt_id", "line_number", "column_name", "code", "severity", "rule_id")
    db.copy_rows(conn, "intake.issue", columns, rows)


def _better_codes(frame: pd.DataFrame, contract: Contract, outcome: Outcome, names: list[str]) -> dict[int, str]:
    """Line → a code that says better than the rule what happened to the value."""
    if len(names) != 1 or not outcome.failed_lines:
        return {}
    column = contract.column(names[0])
    failed = frame[frame["line_number"].isin(outcome.failed_lines)]
    pairs = zip(failed["line_number"], failed[column.name], strict=True)
    told = {int(line): damage.diagnose(value, column, outcome.code) for line, value in pairs if value}
    return {line: code for line, code in told.items() if code}


def _write_evidence(
    conn: Connection, receipt_id: int, contract: Contract, committed: bytes, outcomes: list[Outcome]
) -> None:
    """What was asked and what failed; rows the reader held back have failed their rule before the suite was run."""
    from great_expectations import __version__ as gx_version

    answers = {outcome.rule_id: outcome for outcome in outcomes}
    told = {row.rule_id: row for row in db.run(conn, "validation/count_failed", receipt_id=receipt_id)}
    counts = []
    for rule in contract.rules():
        answer, lines = answers.get(rule.rule_id), told.get(rule.rule_id)
        checked = (answer.checked if answer else 0) + (lines.unasked if lines else 0)
        failed = lines.failed if lines else 0
        entry = {"rule_id": rule.rule_id, "code": rule.code, "severity": rule.severity}
        counts.append(entry | {"checked": checked, "failed": failed})
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


def _judge(conn: Connection, contract: Contract, receipt: Any) -> None:
    """The verdict, from what was found so far."""
    told = db.run(conn, "validation/count_rows", receipt_id=receipt.receipt_id).one()
    try:
        if not receipt.is_nil:
            contract.judge(told.rows, told.others)
    except FeedError as refusal:
        detail = db.json(refusal.detail)
        db.run(conn, "staging/reject_receipt", receipt_id=receipt.receipt_id, code=refusal.code, detail=detail)
    else:
        db.run(conn, "validation/accept_receipt", receipt_id=receipt.receipt_id)
