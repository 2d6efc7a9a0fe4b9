"""The validation report: what an auditor needs to judge one file, and nothing of any child.

Rendered by us: Great Expectations' own Data Docs quote values and load scripts from six public CDNs.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from sqlalchemy.engine import Connection

from childledger import db, places
from childledger.contracts import Contract
from childledger.messages import ROWS, SEVERITIES, VERDICTS, file_message, row_message
from childledger.reports import zone
from childledger.reports.demands import demand
from childledger.reports.result import Result, read_result, spans
from childledger.settings import Settings

MARKS = {"accepted": "●", "partial": "◐", "nil": "○", "rejected": "×", "pending": "…", "missing": "—", "withdrawn": "↩"}
"""A shape for each verdict, so that colour is never the only sign."""
SAFE_DETAIL = {"example", "allowed", "limit", "named_county", "named_date"}
"""Bindings of a refusal that can't hold a word of the sender's."""


@dataclass(frozen=True)
class Tested:
    """One expectation and how the file stood it."""

    demand: str
    fix: str
    rule_id: str
    severity: str
    checked: int
    failed: int
    lines: str
    holds: bool


@dataclass(frozen=True)
class Part:
    """One share of the file's lines, for the bar."""

    kind: str
    title: str
    count: int


@functools.cache
def templates() -> jinja2.Environment:
    """The page templates, with everything escaped and nothing undefined."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("childledger.reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"marks": MARKS, "verdicts": VERDICTS, "severities": SEVERITIES}
    environment.filters["beijing"] = zone.beijing
    return environment


def render(template: str, **values: Any) -> bytes:
    """One page as bytes."""
    return templates().get_template(template).render(values).encode()


def path_of(settings: Settings, result: Result) -> Path:
    """Where the report of a receipt stands."""
    return settings.reports / result.round / f"{result.receipt.receipt_id}.html"


def refresh(conn: Connection, settings: Settings, contract: Contract | None, receipt_id: int) -> None:
    """Render a report again, because something about its neighbours changed."""
    result = read_result(conn, contract, receipt_id)
    if result:
        zone.publish(path_of(settings, result), render_report(result), mode=0o644)


def render_report(result: Result) -> bytes:
    """The page of one receipt: self-contained, without script, address or value."""
    tested = expectations(result)
    return render(
        "report.html.j2",
        result=result,
        r=result.receipt,
        contract=result.contract,
        place=public_place(result.receipt, result.contract),
        refusal=public_refusal(result.receipt),
        parts=_parts(result),
        failing=[t for t in tested if not t.holds],
        passing=[t for t in tested if t.holds],
        reader_findings=_reader_findings(result),
        repeated=[d for d in result.deliveries if d.is_duplicate],
    )


def public_place(receipt: Any, contract: Contract | None) -> str:
    """Department and county; folder names we do not know are not repeated."""
    department = receipt.department if re.fullmatch("[a-z_]+", receipt.department) else "未知部门"
    county = receipt.county_code if receipt.county_code in places.counties() else "------"
    return zone.sender(department, county, contract).replace("------（------）", "未知县区")


def public_refusal(receipt: Any) -> tuple[str, str] | None:
    """Why a file was refused and how to mend it, without anything an unknown file name might say."""
    if not receipt.verdict_code:
        return None
    known = receipt.verdict_detail
    detail = known if receipt.feed else {name: known[name] for name in SAFE_DETAIL & set(known)}
    return file_message(receipt.verdict_code, detail)


def _parts(result: Result) -> list[Part]:
    counts = result.counts
    return [
        Part("accepted", "已收 accepted", counts.accepted),
        Part("rejected", "未收 rejected", counts.rejected),
        Part("header", "表头和说明 header", counts.header),
        Part("blank", "空行 blank", counts.blank),
    ]


def expectations(result: Result) -> list[Tested]:
    """Every expectation that was run, in the order of the contract."""
    contract = result.contract
    rules = {rule.rule_id: rule for rule in contract.rules()} if contract else {}
    failed_lines: dict[str, list[int]] = {}
    for finding in result.findings:
        failed_lines.setdefault(finding.rule_id, []).append(finding.line)
    tested = []
    for entry in result.receipt.expectations or []:
        rule, code = rules.get(entry["rule_id"]), entry["code"]
        is_broken = code == result.receipt.verdict_code  # the number of rows fails on no row
        what, fix = row_message(code) if code in ROWS else file_message(code, result.receipt.verdict_detail)
        tested.append(
            Tested(
                demand=demand(contract, rule) if contract and rule else what,
                fix=fix,
                rule_id=entry["rule_id"],
                severity=entry["severity"],
                checked=entry["checked"],
                failed=entry["failed"],
                lines="整份文件" if is_broken else spans(failed_lines.get(entry["rule_id"], [])),
                holds=not (entry["failed"] or is_broken),
            )
        )
    return tested


def _reader_findings(result: Result) -> list[dict[str, Any]]:
    groups: dict[tuple[str, str, str], list[int]] = {}
    for finding in result.findings:
        if finding.rule_id.startswith("reader/"):
            groups.setdefault((finding.severity, finding.code, finding.column), []).append(finding.line)
    found = []
    for (severity, code, column), lines in sorted(groups.items()):
        what, fix = row_message(code, result.contract.find(column) if result.contract else None)
        heading = f"「{result.contract.heading_of(column)}」" if result.contract and column else ""
        facts = {"severity": severity, "code": code, "what": f"{heading}{what}", "fix": fix}
        found.append({**facts, "count": len(lines), "lines": spans(lines)})
    return found


def mark_again(conn: Connection, settings: Settings, feeds: dict[str, Contract]) -> None:
    """Bring reports up to date whose files were delivered once more since."""
    for row in db.run(conn, "reports/list_delivered_again").all():
        refresh(conn, settings, feeds.get(row.feed or ""), row.receipt_id)
        db.run(conn, "reports/mark_reported", receipt_id=row.receipt_id)
