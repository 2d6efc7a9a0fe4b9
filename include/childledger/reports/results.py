"""Stage two, the result: the sender learns of every row what became of it and how to mend it, in their own words."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db, reader
from childledger.contracts import Contract
from childledger.messages import BASES, SEVERITIES, VERDICTS, file_message, row_message
from childledger.reports import held, pages, rows, zone
from childledger.reports.result import Result, read_result, spans
from childledger.settings import Settings

log = logging.getLogger(__name__)


def report(conn: Connection, settings: Settings, contract: Contract | None, receipt_id: int) -> None:
    """Write the result receipt and the report of a settled receipt, or that a held one waits; nothing before that."""
    started = time.monotonic()
    if held.report(conn, settings, contract, receipt_id):
        return
    result = read_result(conn, contract, receipt_id)
    if result is None:
        return
    files = answer(settings, result)
    page = pages.render_report(result)
    place = zone.folder(settings, result.receipt.department, result.receipt.county_code)
    for name, content in files.items():
        zone.publish(place / name, content)
    zone.publish(pages.path_of(settings, result), page, mode=0o644)
    refresh_siblings(conn, settings, result)
    db.run(conn, "reports/mark_reported", receipt_id=receipt_id)
    db.record_stage(conn, "report", time.monotonic() - started, receipt_id, files=len(files) + 1)
    log.info("receipt %s: reported %s", receipt_id, result.receipt.verdict)


def refresh_siblings(conn: Connection, settings: Settings, result: Result) -> None:
    """Render again the reports of files for the same data date: which of them stands may have changed."""
    names = ("feed", "county_code", "as_of_date", "receipt_id")
    for row in db.run(conn, "reports/list_siblings", **{name: getattr(result.receipt, name) for name in names}):
        pages.refresh(conn, settings, result.contract, row.receipt_id)


def answer(settings: Settings, result: Result) -> dict[str, bytes]:
    """The files of the result receipt by name, computed in full before any is written."""
    prefix, summary = f"{result.receipt.receipt_id}_", summarise(result)
    name = zone.fit(prefix, result.stem, f"_{result.words}")
    files = {f"{name}.json": (db.json(as_json(result)) + "\n").encode()}
    if result.has_rows:
        file_type, own = _own_rows(settings, result, summary)
        files[f"{name}.{file_type}"] = own
    if not result.has_rows or file_type != "xlsx":  # a workbook carries the summary on its second sheet
        files[f"{name}.txt"] = zone.plain(summary)
    return files


def _own_rows(settings: Settings, result: Result, summary: list[str]) -> tuple[str, bytes]:
    """The sender's table with the answer, in its own format and encoding; what came as XLS goes back as XLSX."""
    contract, sent_type = result.contract, result.receipt.file_name.rsplit(".", 1)[-1].lower()
    assert contract
    archived = settings.archived(result.receipt.sha256)
    with reader.opened(archived, sent_type, settings.max_file_bytes) as (path, file_type):
        delimiter = reader.delimiter_of(contract, file_type)
        chunks = reader.read(path, contract, file_type, settings.max_file_seconds)
        told = rows.annotate(chunks, result, delimiter)
        if file_type in reader.WORKBOOKS:
            return "xlsx", rows.as_workbook(told, summary, result.receipt.received_at)
        return file_type, rows.as_csv(told, delimiter, reader.encoding_of(path, contract))


def summarise(result: Result) -> list[str]:
    """The result on one page, for people."""
    r, counts = result.receipt, result.counts
    lines = [
        f"处理结果：{'已撤回，不再使用；原结果：' if r.withdrawn_at else ''}{VERDICTS[r.verdict]}（{r.verdict}）",
        "",
        f"收据编号：{r.receipt_id}",
        f"文件名：  {r.file_name}",
        f"报送单位：{zone.sender(r.department, r.county_code, result.contract)}",
        f"收到时间：{zone.beijing(r.received_at)}",
        f"SHA-256： {r.sha256 or '未计算'}",
    ]
    if counts.physical:
        lines.append(
            f"行数核对：共 {counts.physical} 行 ＝ 表头和说明 {counts.header} ＋ 空行 {counts.blank}"
            f" ＋ 已收 {counts.accepted} ＋ 未收 {counts.rejected}"
        )
    if result.queried:
        lines.append(f"请核实：  已收的行中有 {result.queried} 行有疑问，请核对；如无误，无需改动")
    return [*lines, *_comparison(result), *_absence(result), *_problems(result), "", *resubmission(result)]


def _comparison(result: Result) -> list[str]:
    if result.previous is None or not result.has_rows:
        return []
    last, rows_now = result.previous, result.counts.accepted + result.counts.rejected
    named = f"收据 {last.receipt_id}，数据日期 {last.as_of_date}"
    lines = [f"与上次比：上次（{named}）{last.row_count} 行，本次 {rows_now} 行，变化 {result.change}"]
    told = result.changes
    if told is not None:
        gone = f"，上次有、本次没有 {told.absent} 行" if _is_whole_list(result) else ""
        same = f"改动 {told.changed} 行，未变 {told.unchanged} 行"
        lines.append(f"逐行对比：新增 {told.created} 行，{same}{gone}（按编号）")
    return lines


def _is_whole_list(result: Result) -> bool:
    """Whether a row left out says anything: a list of events never repeats the earlier ones."""
    return result.contract is not None and result.contract.semantics == "snapshot"


def _absence(result: Result) -> list[str]:
    """Who is no longer named; said plainly, because nothing is done about it."""
    r = result.receipt
    lines = []
    if r.absent_count:
        lines.append(f"没有再报：上期有而本期没有的 {r.absent_count} 人，未作离开处理；如确已离开，无需操作")
    if r.vanished_count:
        lines.append(f"请核对：  本期比上期少了 {r.vanished_count} 人，比例过大，疑为导出不全；未作离开处理")
    if r.left_out_count:
        lines.append(
            f"请核对：  被本件取代的文件中有 {r.left_out_count} 行（按编号）不在本件中，这些行不再使用；"
            f"如仍然有效，请补报，文件名为 {result.name_of_supplement()}"
        )
    return lines


def _problems(result: Result) -> list[str]:
    r = result.receipt
    lines = []
    if r.verdict_code:
        what, fix = file_message(r.verdict_code, r.verdict_detail)
        lines += ["", f"退回原因：{what}（{r.verdict_code}）", f"怎么改：  {fix}"]
    groups = defaultdict(list)
    for finding in result.findings:
        groups[finding.severity, finding.column, finding.code].append(finding.line)
    told = [_told(result, *group, found) for group, found in sorted(groups.items(), key=_gravest_first)]
    return [*lines, "", "发现的问题：", *told] if told else lines


def _gravest_first(group: tuple[tuple[str, str, str], list[int]]) -> tuple[int, int, str, str]:
    (severity, column, code), found = group
    return list(SEVERITIES).index(severity), -len(found), column, code


def _told(result: Result, severity: str, column: str, code: str, found: list[int]) -> str:
    what, fix = row_message(code, result.contract.find(column) if result.contract else None)
    heading = f"「{result.contract.heading_of(column)}」" if result.contract and column else ""
    where = "整份文件" if found == [0] else f"{len(found)} 行（第 {spans(found, 20).removesuffix('行')} 行）"
    return f"· {SEVERITIES[severity]}：{heading}{what}，{where}。{fix}（{code}）"


def resubmission(result: Result) -> list[str]:
    """What the sender is to do next, and by when."""
    r = result.receipt
    if r.feed is None or result.contract is None:
        return ["下一步：请按上面的办法改好后重新报送。"]
    until = _until(result)
    if r.withdrawn_at:
        return [f"下一步：本文件已于 {zone.beijing(r.withdrawn_at)} 撤回，不再使用。如需再报，按新文件报送。", *until]
    correction = result.name_of_correction()
    first = "请先核对不在本件中的行" if r.left_out_count else "无需操作"
    match r.verdict:
        case "nil":
            return [f"下一步：{first}。如本期又有数据，请报送 {correction}。", *until]
        case "rejected":
            return ["下一步：整份文件没有收下任何一行。请改好后重新报送整份文件，文件名不变。", *until]
        case "partial":
            return [
                "下一步：请改好未收的行，两种办法任选一种：",
                f"（1）只报改好的行，已收的行不用再报，文件名为 {result.name_of_supplement()}；",
                f"（2）整份文件（不只是改过的行）重新报送，文件名为 {correction}。",
                "可以直接在本回执上修改：后面加的几列不用删，另存并改成上面的文件名即可。",
                *until,
            ]
    return [
        f"下一步：{first}。如有改动，请改好后把整份文件重新报送，文件名为 {correction}；"
        f"只改几行的，也可以只报这几行，文件名为 {result.name_of_supplement()}。",
        *until,
    ]


def _until(result: Result) -> list[str]:
    if result.period is None:
        return []
    assert result.contract
    late = "，本次报送已逾期" if result.is_late else ""
    grace = f"期满后{result.contract.late_after_days}日内，遇休息日顺延"
    return [f"本期（{result.period.title}）截止日期：{result.deadline}（{grace}）{late}。{BASES[result.period.basis]}"]


def as_json(result: Result) -> dict[str, Any]:
    """The result for machines: the same numbers, every finding by line; never a value from a row."""
    r, counts = result.receipt, result.counts
    what, fix = file_message(r.verdict_code, r.verdict_detail) if r.verdict_code else (None, None)
    return {
        "stage": "result",
        "receipt_id": r.receipt_id,
        "file_name": r.file_name,
        "sha256": r.sha256,
        "sm3": r.sm3,
        "feed": r.feed,
        "as_of_date": r.as_of_date,
        "contract_version": r.contract_version,
        "contract_sha256": r.judged_by_sha256 or r.contract_sha256,
        "verdict": r.verdict,
        "verdict_title": VERDICTS[r.verdict],
        "verdict_code": r.verdict_code,
        "what": what,
        "fix": fix,
        "superseded_by": r.superseded_by,
        "withdrawn_at": zone.beijing(r.withdrawn_at) if r.withdrawn_at else None,
        "absent": r.absent_count,
        "vanished": r.vanished_count,
        "left_out": r.left_out_count,
        "lines": {**vars(counts), "queried": result.queried},
        "previous": {**result.previous._mapping, "change": result.change} if result.previous else None,
        "changes": _changes_json(result),
        "deadline": result.deadline,
        "is_late": result.is_late,
        "next": "".join(resubmission(result)),
        "findings": [_finding_json(finding, result.contract) for finding in result.findings],
    }


def _changes_json(result: Result) -> dict[str, int | None] | None:
    if result.changes is None:
        return None
    told = dict(result.changes._mapping)
    return told if _is_whole_list(result) else {**told, "absent": None}


def _finding_json(finding: Any, contract: Contract | None) -> dict[str, Any]:
    what, fix = row_message(finding.code, contract.find(finding.column) if contract else None)
    heading = contract.heading_of(finding.column) if contract else ""
    facts = {"line": finding.line, "column": heading, "code": finding.code, "severity": finding.severity}
    return {**facts, "what": what, "fix": fix}
