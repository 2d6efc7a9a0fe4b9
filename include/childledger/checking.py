"""Check a file before it is dropped: the reader and the contract's rules, without a database, a network or a trace.

What is told here is what the pipeline will tell, except for comparisons with earlier files and other departments.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

import pyarrow.compute as pc
import pyarrow.parquet as pq

from childledger import bronze, cells, contracts, messages, places, reader, records
from childledger.contracts import Contract
from childledger.errors import FeedError, LedgerError
from childledger.records import Finding
from childledger.settings import Settings, today

ACTIONS = {"error": "held_back", "query": "accepted", "notice": "accepted"}
EXITS = {"accepted": 0, "nil": 0, "partial": 3, "rejected": FeedError.exit_code}
"""Exit code of `childledger check` by verdict."""


COUNTS = ("physical", "header", "blank", "continued", "accepted", "held_back")
"""Physical lines = header + blank + continued + accepted + held_back; all held back in a text file that is rejected."""


@dataclass
class Check:
    """What the pipeline would say of one file."""

    contract: Contract
    verdict: str = "accepted"
    refusal: FeedError | None = None
    lines: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(COUNTS, 0)))
    findings: list[Finding] = field(default_factory=list)

    def held_back(self) -> set[int]:
        """Lines with an error."""
        return {finding.line for finding in self.findings if finding.severity == "error"}


def run(
    settings: Settings, path: Path, feed: str, contract: Path | None, accepted: Path | None, issues_to: Path | None
) -> Check:
    """Check a file by a feed's contract, or by any other; write accepted rows and issues where asked.

    LedgerError when there is no such file, ContractError when the contract can't be used.
    """
    by = contract or settings.feeds / f"{feed}{contracts.SUFFIX}"
    for needed in (path, by):
        if not needed.is_file():
            raise LedgerError(f"there is no file [{needed.name}]")
    terms = contracts.load(by, of_ledger=contract is None)
    with ExitStack() as files:

        def opened(target: Path | None) -> TextIO | None:
            return files.enter_context(target.open("w", encoding="utf-8", newline="")) if target else None

        limits = {"seconds": settings.max_file_seconds, "max_bytes": settings.max_file_bytes}
        told = check(path, terms, today(), accepted=opened(accepted), **limits)
        if target := opened(issues_to):
            target.writelines(json.dumps(issue, ensure_ascii=False) + "\n" for issue in issues(told))
    return told


def check(path: Path, contract: Contract, on: date, *, seconds: int, max_bytes: int, accepted: TextIO | None) -> Check:
    """Read a file by its contract; write line number and contract columns of the accepted rows as CSV to `accepted`.

    The file name's data date and county are believed where it follows contracts.FILE_NAME; else the data date is `on`.
    """
    told = Check(contract)
    writer = csv.writer(accepted) if accepted else None
    if writer:
        writer.writerow(["line_number", *(column.name for column in contract.columns)])
    name = contracts.FILE_NAME.match(path.name)
    try:
        with TemporaryDirectory(prefix="childledger-") as folder:
            spool = Path(folder) / "rows.parquet"
            is_nil = bool(name and name["nil"])
            try:
                _read(path, told, _bindings(name, on), spool, seconds, max_bytes)
            except FeedError as refusal:
                if not is_nil or refusal.code != "EMPTY_FILE":
                    raise
            _judge(told, is_nil=is_nil)
            told.findings += _duplicates(spool, told) if told.lines["read"] else ()
            held = told.held_back()
            told.lines["accepted"] = told.lines["read"] - len(held)
            told.lines["held_back"] = len(held)
            for row in _rows(spool, held) if writer and told.lines["read"] else ():
                writer.writerow(row)  # type: ignore[union-attr]
    except FeedError as refusal:
        told.verdict, told.refusal = "rejected", refusal
        lines = _physical_lines(path)
        told.lines = Counter(dict.fromkeys(COUNTS, 0) | {"physical": lines, "held_back": lines})
    else:
        told.verdict = "partial" if held else told.verdict
    told.findings.sort()
    return told


def _physical_lines(path: Path) -> int:
    """Lines of a text file; none are known of a workbook or ZIP that can't be read."""
    if path.suffix.lower() not in (".csv", ".tsv"):
        return 0
    with path.open("rb") as stream:
        return sum(1 for _ in stream)


def _bindings(name: Any, on: date) -> cells.Bindings:
    as_of = records.read_date(name["as_of"]) if name else None
    county = name["county"] if name and name["county"] in places.counties() else None
    return cells.Bindings(as_of or on, county)


def _read(path: Path, told: Check, bindings: cells.Bindings, spool: Path, seconds: int, max_bytes: int) -> None:
    sent_type = path.suffix.lower().removeprefix(".")
    if sent_type not in told.contract.file_types:
        known = told.contract.file_types
        raise FeedError("UNKNOWN_FILE_TYPE", type=sent_type[:5] or "…", allowed="、".join(known).upper())
    if path.stat().st_size > max_bytes:
        raise FeedError("TOO_LARGE", limit=max_bytes)
    with reader.opened(path, sent_type, max_bytes) as (own, file_type), bronze.writing(spool, told.contract) as writer:
        for chunk in reader.read(own, told.contract, file_type, seconds):
            read = cells.read_cells(chunk.raw(), told.contract, bindings)
            writer.add(chunk.numbers, read, read.accepted())
            told.findings += chunk.findings
            told.findings += read.findings(chunk.numbers, told.contract)
            told.lines["physical"] += chunk.line_count
            told.lines["header"] += len(chunk.header_lines)
            told.lines["blank"] += len(chunk.blank_lines)
            told.lines["continued"] += len(chunk.continued_lines)
            told.lines["read"] += len(chunk.numbers) + len(chunk.held_back)


def _judge(told: Check, *, is_nil: bool) -> None:
    told.contract.admit(told.lines["read"], is_nil=is_nil)
    if is_nil:
        told.verdict = "nil"
        return
    others = len({finding.line for finding in told.findings if finding.code == "OTHER_COUNTY"})
    told.contract.judge(told.lines["read"], others)


def _duplicates(spool: Path, told: Check) -> Iterator[Finding]:
    """Rows that share a key with another one; of identical rows the first stays."""
    yield from bronze.twins_held_back(spool, told.contract)
    for rule in told.contract.rules():
        if rule.code != "DUPLICATE_KEY":
            continue
        dated = {column.name: bronze.DAY.format(column.name) for column in told.contract.columns if column.is_date}
        columns = ["line_number", *(dated.get(name, name) for name in rule.columns)]  # a day is a day, however written
        table = pq.read_table(spool, columns=columns, filters=pc.field(bronze.ACCEPTED), use_threads=False)
        table = table.rename_columns(["line_number", *rule.columns])
        if table.group_by(list(rule.columns), use_threads=False).aggregate([]).num_rows == table.num_rows:
            continue
        keys = table.to_pandas()
        keys = keys[keys[list(rule.columns)].notna().all(axis=1)]
        twins = keys.loc[keys.duplicated(list(rule.columns), keep=False), "line_number"]
        if len(twins):
            frame = bronze.read_typed(spool, told.contract)
            frame = frame[frame["line_number"].isin(twins)]
            for line in cells.disputed_lines(frame, list(rule.columns)):
                yield Finding(line, rule.columns[0], rule.code, rule.severity, rule.rule_id)


def _rows(spool: Path, held: set[int]) -> Iterator[list[Any]]:
    """Accepted rows, a batch at a time, columns in the contract's order."""
    with pq.ParquetFile(spool) as file:
        for batch in file.iter_batches(columns=bronze.texts(spool)):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                if row[0] not in held:
                    yield ["" if value is None else value for value in row]


def issues(told: Check) -> Iterator[dict[str, Any]]:
    """Every finding as line, column, code, severity, action, what it means and how to mend it; no value of a row."""
    if told.refusal:
        what, fix = messages.file_message(told.refusal.code, told.refusal.detail)
        whole = {"line": 0, "column": "", "code": told.refusal.code, "severity": "error", "action": "rejected"}
        yield whole | {"what": what, "fix": fix}
    for finding in told.findings:
        what, fix = messages.row_message(finding.code, told.contract.find(finding.column))
        action = "skipped" if finding.code == "TOTAL_LINE" else ACTIONS[finding.severity]
        place = {"line": finding.line, "column": finding.column, "code": finding.code, "severity": finding.severity}
        yield place | {"action": action, "what": what, "fix": fix}


def summary(told: Check) -> dict[str, Any]:
    """Verdict, why, line counts that add up and findings by code, for machines."""
    code = told.refusal.code if told.refusal else None
    what, fix = messages.file_message(code, told.refusal.detail) if told.refusal and code else (None, None)
    return {
        "feed": told.contract.feed,
        "contract_version": told.contract.version,
        "contract_sha256": told.contract.sha256,
        "verdict": told.verdict,
        "verdict_title": messages.VERDICTS[told.verdict],
        "verdict_code": code,
        "what": what,
        "fix": fix,
        "lines": {name: told.lines[name] for name in COUNTS},
        "codes": dict(sorted(Counter(finding.code for finding in told.findings).items())),
    }


def as_json(told: Check) -> str:
    """The summary as one line of JSON."""
    return json.dumps(summary(told), ensure_ascii=False)


def page(told: Check) -> list[str]:
    """The same for people, in Chinese."""
    facts, lines = summary(told), told.lines
    text = [f"检查结果：{facts['verdict_title']}（{told.verdict}）"]
    if told.refusal:
        text += [f"退回原因：{facts['what']}（{told.refusal.code}）", f"怎么改：  {facts['fix']}"]
    text.append(
        f"行数核对：共 {lines['physical']} 行 ＝ 表头和说明 {lines['header']} ＋ 空行 {lines['blank']}"
        f" ＋ 续行 {lines['continued']} ＋ 可收 {lines['accepted']} ＋ 未收 {lines['held_back']}"
    )
    groups: dict[tuple[str, str, str], list[int]] = {}
    for finding in told.findings:
        groups.setdefault((finding.severity, finding.column, finding.code), []).append(finding.line)
    order = list(messages.SEVERITIES)
    for (severity, column, code), found in sorted(groups.items(), key=lambda group: order.index(group[0][0])):
        what, fix = messages.row_message(code, told.contract.find(column))
        heading = f"「{told.contract.heading_of(column)}」" if column else ""
        where = "、".join(map(str, found[:20])) + (f"…等{len(found)}行" if len(found) > 20 else "")
        text.append(f"· {messages.SEVERITIES[severity]}：{heading}{what}，第 {where} 行。{fix}（{code}）")
    return text
