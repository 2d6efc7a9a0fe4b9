"""Explanations: a query is answered once, judged by an officer, and the same values are never asked about again.

What the department writes is its own and may name children: it is kept in the database and shown to the officer only.
"""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy.engine import Connection

from childledger import bronze, db
from childledger.contracts import Contract
from childledger.errors import LedgerError
from childledger.gate.findings import digest
from childledger.settings import Settings

log = logging.getLogger(__name__)

VERDICTS = ("accept", "refuse")


def recognise(conn: Connection, settings: Settings, contract: Contract, receipt_id: int) -> None:
    """Note on each query of a file which row and values it is about, and silence those explained before."""
    _note_digests(conn, settings, contract, receipt_id)
    county = db.run(conn, "gate/get_case", receipt_id=receipt_id).one().county_code
    db.run(conn, "gate/match_explanations", feed=contract.feed, county_code=county, receipt_id=receipt_id)


def _note_digests(conn: Connection, settings: Settings, contract: Contract, receipt_id: int) -> None:
    queries = db.run(conn, "gate/list_queries", receipt_id=receipt_id).all()
    path = settings.bronze / f"{receipt_id}.parquet"
    if not queries or not path.exists():
        return
    frame = bronze.read_text(path, contract).set_index("line_number")
    lines = {query.line_number for query in queries} & set(frame.index)
    values = {line: row for line, row in zip(frame.index, frame.to_dict("records"), strict=True) if line in lines}
    rows = []
    for query in queries:
        row = values.get(query.line_number)
        if row is None:
            continue  # a line that could not be read as a row: there is nothing to remember it by
        about = [name for name in query.rule_id.split("/")[:-1] if name in row] or list(row)
        key = digest(*(_text(row[name]) for name in contract.key or row))
        rows.append((query.issue_id, key, digest(*(_text(row[name]) for name in about))))
    db.run(conn, "gate/create_asked")
    db.copy_rows(conn, "asked", ("issue_id", "key_sha256", "evidence_sha256"), rows)
    db.run(conn, "gate/note_digests")


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def explain(conn: Connection, receipt_id: int, code: str, line: int | None, text: str, by: str) -> int:
    """Record what the department answers to its queries of one code, on one line or on all; return its number.

    LedgerError when the file has no such open query, or the answer is empty.
    """
    if not text.strip() or not by.strip():
        raise LedgerError("an explanation needs a text and a name")
    values = {"receipt_id": receipt_id, "code": code}
    made = db.run(conn, "gate/insert_explanation", text=text.strip(), explained_by=by.strip(), **values).scalar()
    answered = db.run(conn, "gate/insert_explained", explanation_id=made, line_number=line, **values).rowcount
    if not made or not answered:
        raise LedgerError(f"receipt [{receipt_id}] has no open query [{code}]{f' on line [{line}]' if line else ''}")
    log.info("explanation %s: receipt %s, %s, %d queries", made, receipt_id, code, answered)
    return int(made)


def judge(conn: Connection, explanation_id: int, verdict: str, officer: str, reason: str | None) -> int:
    """Record an officer's word on an explanation; return how many queries it silences, in all files that ask the same.

    LedgerError for an explanation that does not wait for a word, or a refusal without a reason.
    """
    if verdict not in VERDICTS or not officer.strip() or (verdict == "refuse" and not (reason or "").strip()):
        raise LedgerError(f"a judgement needs one of {', '.join(VERDICTS)}, an officer, and a reason to refuse")
    values = {"explanation_id": explanation_id, "verdict": verdict, "officer": officer.strip(), "reason": reason}
    judged = db.run(conn, "gate/judge_explanation", **values).one_or_none()
    if judged is None:
        raise LedgerError(f"no explanation [{explanation_id}] waits for a word")
    zone = {"feed": judged.feed, "county_code": judged.county_code}
    silenced = [row.receipt_id for row in db.run(conn, "gate/match_explanations", receipt_id=None, **zone)]
    db.run(conn, "gate/ask_report_again", receipt_ids=sorted({judged.receipt_id, *silenced}))
    return len(silenced)


def list_waiting(conn: Connection) -> list[dict[str, Any]]:
    """Explanations no officer has judged, with the department's words: for an officer's eyes."""
    return [dict(row._mapping) for row in db.run(conn, "gate/list_explanations")]
