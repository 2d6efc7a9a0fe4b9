"""Dockets: what only the county of the household register can decide is asked of it, with a clock on every step.

Inside the province it stands in that county's own list; another province gets a letter with a return code. A docket has
one holder and one day until it ends, and it ends with a result. Who the child is stands in the recipient's files only.
"""

from __future__ import annotations

import functools
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db, places, rulefile
from childledger.errors import ContractError, LedgerError
from childledger.settings import INCLUDE

HOLDERS = ("residence", "hukou")
ANSWERS = {"recognised": "已认定", "refused": "不符合条件", "not_of_here": "户籍不在当地"}
"""What the county that decides may answer."""
RESULTS = ANSWERS | {
    "withdrawn": "居住地已撤回",
    "proven": "户籍地报送数据已列入",
    "hukou_moved": "户籍地已变更",
    "evidence_withdrawn": "依据已撤回",
    "duplicate": "与另一件重复",
}
"""How a docket ends; the last four by themselves."""
STEP_RESULTS = ("done", "returned", "withdrawn", *ANSWERS)
"""What a person may say of a step: on to the next, back to the first because something is missing, or the end."""


@dataclass(frozen=True)
class Step:
    """One step: who has the docket, for how many working days."""

    code: str
    title: str
    holder: str
    working_days: int


@dataclass(frozen=True)
class Kind:
    """One kind of rules/dockets.yaml; its code is the assistance_type that proves it."""

    code: str
    title: str
    english: str
    legal_basis: str
    flags: list[str]
    evidence: list[str]
    steps: tuple[Step, ...]

    def position(self, code: str) -> int:
        """The place of a step; LedgerError for one the rules no longer have."""
        codes = [step.code for step in self.steps]
        if code not in codes:
            raise LedgerError(f"rules/dockets.yaml has no step [{code}] for {self.code} any more")
        return codes.index(code)


@functools.cache
def kinds() -> dict[str, Kind]:
    """Read the kinds; ContractError for one without steps, a basis or a clock."""
    told = rulefile.load(INCLUDE / "rules" / "dockets.yaml")["kinds"]
    return {code: _kind(code, entry) for code, entry in told.items()}


def _kind(code: str, told: dict[str, Any]) -> Kind:
    steps = tuple(Step(**step) for step in told["steps"])
    if not steps or not told["legal_basis"] or len({step.code for step in steps}) < len(steps):
        raise ContractError(f"dockets.yaml: {code} needs a basis and steps of different codes")
    if any(step.holder not in HOLDERS or step.working_days < 1 for step in steps):
        raise ContractError(f"dockets.yaml: {code}: a step has a holder, {' or '.join(HOLDERS)}, and at least one day")
    return Kind(**{**told, "code": code, "steps": steps})


def follow(conn: Connection, at: datetime) -> dict[str, int]:
    """End what nobody needs to answer any more, open what the rules open; return how many of each."""
    ended = db.run(conn, "followup/end_dockets", at=at).rowcount
    db.run(conn, "followup/move_dockets")
    return {"dockets_ended": ended, "dockets_opened": len(_open(conn, at))}


def ask(conn: Connection, child_id: int, kind: str, officer: str, reason: str, at: datetime) -> int:
    """Open a docket by a person's word; return its number. LedgerError where there is nothing to ask or nobody to."""
    if kind not in kinds():
        raise LedgerError(f"a docket is one of: {', '.join(kinds())}")
    _check_account(officer, reason)
    opened = _open(conn, at, child_id=child_id, kind=kind, officer=officer, reason=reason)
    if not opened:
        raise LedgerError(
            f"nothing to ask for child [{child_id}]: in no ledger, registered where it lives, asked already, "
            "or the place of the household register shows the benefit"
        )
    return opened[0]


def _open(conn: Connection, at: datetime, **asked: Any) -> list[int]:
    told = [
        {"kind": kind.code, "flags": kind.flags, "evidence": kind.evidence, **asdict(kind.steps[0])}
        for kind in kinds().values()
    ]
    values = {"child_id": None, "kind": None, "officer": None, "reason": None, **asked}
    found = db.run(
        conn, "followup/open_dockets", at=at, kinds=db.json(told), connected=list(places.counties()), **values
    )
    return [row.docket_id for row in found]


def answer(
    conn: Connection,
    docket: int | str,
    result: str,
    officer: str,
    reason: str,
    at: datetime,
    benefit_start: date | None = None,
) -> int:
    """Record what became of the open step of a docket, by its number or the return code of its letter; its number.

    LedgerError for a result out of place: `done` where the last step waits for the origin's answer, a benefit without
    the day it starts.
    """
    _check_account(officer, reason)
    code = "".join(filter(str.isalnum, docket)).upper() if isinstance(docket, str) else None
    found = db.run(
        conn, "followup/get_docket", docket_id=docket if code is None else None, return_code=code
    ).one_or_none()
    if found is None:
        raise LedgerError(f"no open docket has {f'number [{docket}]' if code is None else 'this return code'}")
    if (result == "recognised") != (benefit_start is not None):
        raise LedgerError("the day the benefit starts belongs to recognised, and only to it")
    following = _following(kinds()[found.kind], found.code, result)
    values = {"at": at, "result": result, "benefit_start": benefit_start, "officer": officer, "reason": reason}
    values |= {"code": None, "holder": None, "working_days": None} if following is None else asdict(following)
    values.pop("title", None)
    db.run(conn, "followup/answer_step", docket_id=found.docket_id, **values)
    return int(found.docket_id)


def _following(kind: Kind, code: str, result: str) -> Step | None:
    """The step after an answer; None where the docket ends with it."""
    if result == "returned":
        return kind.steps[0]
    if result in RESULTS and result in STEP_RESULTS:
        return None
    later = kind.steps[kind.position(code) + 1 :]
    if result != "done" or not later:
        raise LedgerError(f"[{code}] ends with one of: {', '.join(STEP_RESULTS if later else STEP_RESULTS[1:])}")
    return later[0]


def _check_account(officer: str, reason: str) -> None:
    if not officer.strip() or not reason.strip():
        raise LedgerError("a docket needs a reason and the account that gives it")


def list_waiting(conn: Connection, county_code: str | None, at: datetime) -> list[dict[str, Any]]:
    """Open dockets a county asked or is asked for, or all, the soonest due first; numbers and codes only."""
    shown = ("docket_id", "reference", "child_id", "kind", "residence_county_code", "hukou_county_code", "step_code",
             "holder_county_code", "due_date", "due_basis", "days_left")  # fmt: skip
    return [
        {name: getattr(row, name) for name in shown}
        for row in db.run(conn, "followup/list_dockets", at=at)
        if county_code in (None, row.residence_county_code, row.hukou_county_code)
    ]


def describe(conn: Connection, docket_id: int) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    """A docket, its steps and its evidence pack; numbers, codes and days only. LedgerError where there is none."""
    rows = [dict(row._mapping) for row in db.run(conn, "followup/list_docket_steps", docket_id=docket_id)]
    if not rows:
        raise LedgerError(f"no docket has number [{docket_id}]")
    of_step = ("number", "code", "holder", "step_opened_date", "due_date", "due_basis", "step_result", "done_date",
               "officer")  # fmt: skip
    docket = {name: value for name, value in rows[0].items() if name not in (*of_step, "evidence")}
    return docket, [{name: row[name] for name in of_step} for row in rows], rows[0]["evidence"]


def count_origins(conn: Connection, at: datetime) -> list[dict[str, Any]]:
    """Counties that let a docket pass its day, those that never answered first."""
    return [
        dict(row._mapping) | {"county_name": places.division_title(row.hukou_county_code)}
        for row in db.run(conn, "followup/count_origins", at=at)
    ]
