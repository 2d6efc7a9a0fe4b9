"""Referrals: what can't wait for the list goes to who must act by law; services are offered without saying for whom.

A referral that opens by itself tells what is suspected and decides nothing. Whoever is no authority learns who the
child is only when it accepted, stands in the register and somebody agreed; until then it reads a township and an age.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db, places, rulefile
from childledger.errors import ContractError, LedgerError
from childledger.followup.lists import plain, until
from childledger.followup.sheets import Sheet, fit, publish
from childledger.messages import SEXES
from childledger.settings import INCLUDE, Settings

FOLDER = "转介"
STATES = {"open": "待答复", "accepted": "已受理"}
BANDS = ((6, "0至5周岁"), (14, "6至13周岁"), (99, "14周岁以上"))
OFFERED = {
    "referral_id": "转介编号",
    "title": "事项",
    "due": "最迟答复",
    "township": "乡镇（街道）",
    "age": "年龄段",
    "status": "办理情况",
}
TOLD = {
    "referral_id": "转介编号",
    "title": "事项",
    "due": "最迟答复",
    "legal_basis": "法律依据",
    "situation_title": "情形",
    "child_id": "儿童编号",
    "name": "姓名",
    "sex_title": "性别",
    "birth_date": "出生日期",
    "address": "地址",
    "guardian_name": "监护人",
    "guardian_phone": "联系电话",
    "proof": "证据",
    "status": "办理情况",
    "reason": "说明",
}
WIDTHS = (9, 14, 15, 18, 22, 9, 10, 6, 12, 24, 10, 14, 36, 10, 22)
NOTICE = "以下事项依法转请贵单位办理，请在最迟答复时间前把受理和办理结果告知县级民政部门。列出的是线索，不是结论。"
OFFER_NOTICE = "以下服务需求不含任何身份信息。愿意承接的，请告知县级民政部门；受理并依法取得同意后，再提供对象信息。"


@dataclass(frozen=True)
class Kind:
    """One way of rules/referrals.yaml."""

    title: str
    english: str
    legal_basis: str
    departments: list[str]
    due: dict[str, int]
    done_days: int
    """From the first acceptance until it must be done."""
    identity: str
    """told, or agreed: not before somebody agreed."""
    situations: dict[str, str]
    when: dict[str, dict[str, str]]
    """What opens it by itself: flags, and outcomes and verdicts of visits; each in which situation."""
    after: dict[str, str]
    """Situation → kind that must have been gone before."""


@dataclass(frozen=True)
class Rules:
    """rules/referrals.yaml and organisations.yaml."""

    departments: dict[str, str]
    kinds: dict[str, Kind]
    organisations: dict[str, dict[str, Any]]


@functools.cache
def rules() -> Rules:
    """Read the ways and the register; ContractError for a way without a deadline, a basis or somebody to ask.

    Two that would read one folder are refused as well.
    """
    folder = INCLUDE / "rules"
    told, register = (rulefile.load(folder / f"{name}.yaml") for name in ("referrals", "organisations"))
    kinds = {code: Kind(**{"situations": {}, "when": {}, "after": {}, **way}) for code, way in told["kinds"].items()}
    for code, kind in kinds.items():
        known = set(kind.departments) <= set(told["departments"]) and kind.identity in ("told", "agreed")
        if not (known and kind.legal_basis and kind.departments and len(kind.due) == 1 and kind.done_days > 0):
            raise ContractError(f"referrals.yaml: {code} needs a basis, known departments, identity and deadlines")
        if strange := {name for opens in kind.when.values() for name in opens.values()} - set(kind.situations):
            raise ContractError(f"referrals.yaml: {code} names no situation [{', '.join(sorted(strange))}]")
    folders = [fit(name) for name in (*told["departments"].values(), *register["organisations"])]
    if len(set(folders)) < len(folders):
        raise ContractError("organisations.yaml: two names would share one folder, and read each other's children")
    return Rules(told["departments"], kinds, register["organisations"])


def open_by_themselves(conn: Connection, at: datetime) -> int:
    """Open what the rules open, take back what nobody answered and no longer holds; return how many were opened."""
    asked = [
        {"kind": code, "departments": kind.departments, **kind.when, **kind.due}
        for code, kind in rules().kinds.items()
        if kind.when
    ]
    db.run(conn, "followup/withdraw_referrals", rules=db.json(asked))
    db.run(conn, "followup/move_referrals")
    return int(db.run(conn, "followup/open_referrals", at=at, rules=db.json(asked)).rowcount)


def refer(
    conn: Connection, item_id: int, kind: str, situation: str | None, reason: str, officer: str, at: datetime
) -> int:
    """Tell or ask the departments of a kind; return how many are. LedgerError for a situation the law does not name."""
    way = rules().kinds.get(kind)
    if way is None or (way.situations and situation not in way.situations):
        raise LedgerError(f"[{kind}] needs one of: {', '.join(way.situations if way else rules().kinds)}")
    if not reason.strip() or not officer.strip():
        raise LedgerError("a referral needs a reason and the account that opens it")
    values = {"item_id": item_id, "kind": kind, "situation": situation, "reason": reason, "officer": officer, "at": at}
    values |= {"hours": None, "working_days": None, "after": way.after.get(situation or ""), **way.due}
    made = sum(db.run(conn, "followup/insert_referral", **values, department=name).rowcount for name in way.departments)
    if not made:
        raise LedgerError(
            f"item [{item_id}] is unknown, asked already, or lacks the [{values['after']}] that comes first"
        )
    return made


def answer(
    conn: Connection,
    referral_id: int,
    state: str,
    reason: str,
    actor: str,
    organisation: str | None = None,
    agreed_by: str | None = None,
) -> None:
    """Record an answer; a service is accepted by an organisation of the register, and told whom it is for if agreed."""
    found = db.run(conn, "followup/get_referral", referral_id=referral_id).one_or_none()
    if found is None or not reason.strip() or not actor.strip():
        raise LedgerError(f"no referral has number [{referral_id}], or the answer lacks its reason or account")
    is_offer = rules().kinds[found.kind].identity == "agreed"
    if is_offer and state == "accepted":
        _check_organisation(organisation, found)
    elif organisation or agreed_by:
        raise LedgerError("an organisation and an agreement belong to the acceptance of a service")
    values = {"referral_id": referral_id, "state": state, "reason": reason, "actor": actor}
    values |= {"organisation": organisation, "agreed_by": agreed_by}
    if db.run(conn, "followup/answer_referral", **values).rowcount != 1:
        raise LedgerError(f"referral [{referral_id}] does not wait for this answer")


def _check_organisation(name: str | None, referral: Any) -> None:
    known = rules().organisations.get(name or "")
    if known is None or referral.kind not in known["kinds"] or referral.county_code not in known["counties"]:
        raise LedgerError("no organisation of rules/organisations.yaml by that name serves this kind in this county")


def list_waiting(conn: Connection, county_code: str | None) -> list[dict[str, Any]]:
    """Referrals that wait, of one county or all; numbers and codes only."""
    shown = ("referral_id", "county_code", "department", "kind", "situation", "item_id", "child_id", "state")
    return [
        {name: getattr(row, name) for name in shown} | {"due_at": until(row.due_at)}
        for row in db.run(conn, "followup/list_referrals")
        if county_code in (None, row.county_code)
    ]


def write(conn: Connection, settings: Settings, titles: dict[str, tuple[str, str]], at: datetime) -> None:
    """Bring every list of what waits up to date: of each department, and of each organisation that may know for whom.

    The list of an organisation goes with the last child on it; that of a department stays and says that nothing waits.
    """
    shared = rules().departments.values()
    lists: dict[tuple[str, str], list[dict[str, Any]]] = {
        (path.parents[2].name, path.parent.name): [] for path in settings.queues.glob(f"*/{FOLDER}/*/转介清单_*.json")
    }
    for row in db.run(conn, "followup/list_referrals"):
        reader = fit(row.organisation) if row.agreed_by else rules().departments[row.department]
        lists.setdefault((row.county_code, reader), []).append(_told(row, titles, at))
    for (county_code, reader), referrals in lists.items():
        stem = settings.queues / county_code / FOLDER / reader / f"转介清单_{county_code}"
        if not referrals and reader not in shared:
            for suffix in (".xlsx", ".json"):
                stem.with_suffix(suffix).unlink(missing_ok=True)
            continue
        document = {"county_code": county_code, "county_name": places.county_name(county_code), "referrals": referrals}
        publish(stem, document | {"department": reader}, _sheets(referrals))


def _told(row: Any, titles: dict[str, tuple[str, str]], at: datetime) -> dict[str, Any]:
    kind = rules().kinds[row.kind]
    told = {
        "referral_id": row.referral_id,
        "kind": row.kind,
        "title": kind.title,
        "due": until(row.due_at),
        "status": STATES[row.state],
        "township": row.residence_township,
        "age": _band(row.birth_date, at),
    }
    if kind.identity == "agreed" and not row.agreed_by:
        return told
    pieces = (f"{titles[flag['flag_code']][0]}（{'、'.join(flag['records'])}）" for flag in row.evidence or ())
    return told | {
        "legal_basis": kind.legal_basis,
        "situation_title": kind.situations.get(row.situation or "", ""),
        "sex_title": SEXES.get(row.sex or "", ""),
        "proof": "；".join(pieces),
        **{name: plain(getattr(row, name)) for name in TOLD if hasattr(row, name)},
    }


def _band(born: date | None, at: datetime) -> str:
    if born is None:
        return "不详"
    age = at.year - born.year - ((at.month, at.day) < (born.month, born.day))
    return next(title for below, title in BANDS if age < below)


def _sheets(referrals: list[dict[str, Any]]) -> list[Sheet]:
    told = [row for row in referrals if "child_id" in row]
    offered = [row for row in referrals if "child_id" not in row]
    sheets = [Sheet("转介清单", [*TOLD.values()], WIDTHS, ([row[name] for name in TOLD] for row in told), NOTICE)]
    if offered:
        rows = ([row[name] for name in OFFERED] for row in offered)
        sheets.append(Sheet("服务需求", [*OFFERED.values()], (9, 18, 16, 16, 12, 12), rows, OFFER_NOTICE))
    return sheets
