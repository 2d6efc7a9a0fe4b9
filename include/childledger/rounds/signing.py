"""Signing: the figures of a round are frozen under an officer's name, and counted again they are the same bytes.

What was signed is never changed or deleted. A round signed too early is reopened, with a reason, and signed anew.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
from collections.abc import Iterator
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db
from childledger.errors import CheckFailed, LedgerError
from childledger.rounds import counts
from childledger.rounds.accounting import Account, Definition, Period, account, list_receipts
from childledger.rounds.standing import Standing

log = logging.getLogger(__name__)


def close(conn: Connection, standing: Standing, by: Definition, officer: str, reason: str) -> int:
    """Sign a round's figures, under `lock`; return the version. LedgerError tells every reason against it."""
    round_name, county_code = standing.round_name, standing.county_code
    if not officer.strip() or not reason.strip():
        raise LedgerError("a signature needs an officer and a reason")
    if standing.state == "closed":
        raise LedgerError(f"{round_name} of {county_code} is closed by version {standing.version}; reopen it first")
    if standing.reasons:
        raise LedgerError(f"{round_name} of {county_code} can't be closed: {in_short(standing.reasons)}")
    of = Period(standing.opened_on, standing.last_day, published(conn), county_code)
    figures = count(conn, round_name, of, by)
    before = signed(conn, round_name, county_code) if standing.version else None
    version = (standing.version or 0) + 1
    db.run(
        conn,
        "rounds/insert_signing",
        **{"round_name": round_name, "county_code": county_code, "version": version, "figures": figures},
        sha256=hashlib.sha256(figures.encode()).hexdigest(),
        changes=db.json(differences(json.loads(before.figures), json.loads(figures)) if before else {}),
        told=db.json(standing.told),
        **{"officer": officer.strip(), "reason": reason.strip(), "refresh_id": of.refresh.refresh_id},
    )
    log.info("round %s of %s: closed, version %d", round_name, county_code, version)
    return version


def lock(conn: Connection) -> None:
    """Nothing is refreshed, matched or signed beside this transaction until it ends; taken before a round is judged."""
    db.run(conn, "ledger/lock_ledger")
    db.run(conn, "rounds/lock_rounds")


def reopen(conn: Connection, standing: Standing, officer: str, reason: str) -> int:
    """Let a signed version no longer close its round; return it. LedgerError when it is not closed."""
    if not officer.strip() or not reason.strip():
        raise LedgerError("reopening needs an officer and a reason")
    place = {"round_name": standing.round_name, "county_code": standing.county_code, "version": standing.version}
    if standing.state != "closed" or not standing.version:
        raise LedgerError(f"{standing.round_name} of {standing.county_code} is not closed")
    db.run(conn, "rounds/insert_reopening", **place, officer=officer.strip(), reason=reason.strip())
    log.info("round %s of %s: version %d reopened", standing.round_name, standing.county_code, standing.version)
    return standing.version


def rebuild(conn: Connection, standing: Standing, by: Definition, version: int | None = None) -> tuple[Any, str]:
    """A signed version and its figures counted again, from what its refresh knew, by the definition signed with them.

    The same bytes, or something is wrong.

    LedgerError when nothing was signed.
    """
    found = signed(conn, standing.round_name, standing.county_code, version)
    if found is None:
        raise LedgerError(f"{standing.round_name} of {standing.county_code} has no such signed version")
    refresh = published(conn, found.refresh_id)
    of = Period(standing.opened_on, standing.last_day, refresh, standing.county_code)
    inputs = json.loads(found.figures)["inputs"]
    pinned, until = inputs.get("definition"), inputs.get("counts_until", 0)
    if pinned is None:  # signed before definitions were
        return found, count(conn, standing.round_name, of, by, is_pinned=False, until=until)
    return found, count(conn, standing.round_name, of, Definition(**pinned), until=until)


def count(
    conn: Connection, round_name: str, of: Period, by: Definition, *, is_pinned: bool = True, until: int | None = None
) -> str:
    """The figures of one county as a refresh knew them, as canonical JSON with what they were counted by.

    CheckFailed where they do not add up.
    """
    assert of.county_code
    (told,) = account(conn, of, by).values()
    wrong = [f"{step.name} differs by {step.difference}" for step in told.steps if step.difference]
    if wrong:
        raise CheckFailed(f"{round_name} of {of.county_code}: {', '.join(wrong)}")
    pinned = {name: getattr(of.refresh, name) for name in ("refresh_id", "rules_sha256", "code_version")}
    pinned |= {"definition": dataclasses.asdict(by)} if is_pinned else {}
    registers = counts.compare(conn, round_name, of.county_code, of.refresh.refreshed_at, until)
    pinned |= {"counts_until": max(row.count_id for row in registers)} if registers else {}
    receipts = [[r.receipt_id, r.sha256, r.verdict] for r in list_receipts(conn, of)]
    return db.canonical(
        {
            "round": round_name,
            "county_code": of.county_code,
            "as_of": of.refresh.as_of_date.isoformat(),
            "inputs": {**pinned, "receipts": receipts},
            **in_counts(told),
            **({"registers": {r.feed: {"told": r.told, "counted": r.counted} for r in registers}} if registers else {}),
            **in_ledger(conn, of),
        }
    )


def in_counts(told: Account) -> dict[str, Any]:
    """An account as plain data."""
    steps = [
        {"step": s.name, "in": s.went_in, "explained": s.explained, "out": s.came_out, "difference": s.difference}
        for s in told.steps
    ]
    return {"statement": steps, "feeds": told.feeds}


def in_ledger(conn: Connection, of: Period) -> dict[str, dict[str, int]]:
    """Entries by tier, and flags by rule and status, of a county as a refresh knew them."""
    told: dict[str, dict[str, int]] = {"entries": {}, "flags": {}}
    for row in db.run(conn, "rounds/count_standing", known=of.refresh.refresh_id, county_code=of.county_code):
        told[row.kind][row.name] = row.found
    return told


def differences(before: Any, now: Any) -> dict[str, list[Any]]:
    """What changed between two figures: path → [before, now]; null where it was or is not there.

    >>> differences({"a": {"b": 1}, "c": [1]}, {"a": {"b": 2}, "c": [1]})
    {'a.b': [1, 2]}
    """
    was, new = dict(_leaves(before)), dict(_leaves(now))
    return {path: [was.get(path), new.get(path)] for path in sorted({*was, *new}) if was.get(path) != new.get(path)}


def compare(signed: str, again: str) -> str:
    """Where figures counted again differ from those signed."""
    changed = differences(json.loads(signed), json.loads(again))
    return (
        ", ".join(f"{path} {was} → {now}" for path, (was, now) in changed.items()) or "another form of the same figures"
    )


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for inner in value:  # steps of the statement, each with a name of its own
            yield from _leaves(
                {name: part for name, part in inner.items() if name != "step"}, f"{path}.{inner['step']}"
            )
    else:
        yield path, value


def published(conn: Connection, refresh_id: int | None = None) -> Any:
    """A refresh by its number, or the published one."""
    found = db.run(conn, "rounds/get_refresh", refresh_id=refresh_id).one_or_none()
    if found is None:
        raise LedgerError("the ledger was never refreshed")
    return found


def signed(conn: Connection, round_name: str, county_code: str, version: int | None = None) -> Any | None:
    """A signed version, the newest where none is named; None where there is none."""
    values = {"round_name": round_name, "county_code": county_code, "version": version}
    return db.run(conn, "rounds/get_signing", **values).one_or_none()


def in_short(reasons: dict[str, int]) -> str:
    """Codes with their counts."""
    return ", ".join(f"{code} {count}" for code, count in reasons.items())
