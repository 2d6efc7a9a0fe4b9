"""People's words on whose record it is: kept for ever, and no account alone ever changes a shielded child.

Nothing said here is changed or deleted, undoing is a word of its own; the next resolve follows what counts
(identity.standing_word).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db
from childledger.errors import LinkageError
from childledger.masks import mask, relation
from childledger.records import PERSON_COLUMNS
from childledger.settings import today

log = logging.getLogger(__name__)

VERDICTS = ("SAME", "DIFFERENT", "UNSURE")
SHIELD_STATES = ("shielded", "unknown", "open")

SAID = {"agree": ("equal", "exact"), "differ": ("differs",)}
"""What the engine calls a relation that needs no more words."""


@dataclass(frozen=True)
class Field:
    """One column of two records beside each other."""

    column: str
    relation: str
    """agree, near, differ or blank; or what the engine called it."""
    bits: float | None
    """What it weighed; None where no probability was computed."""
    left: str | None
    right: str | None


def judge(conn: Connection, left: int, right: int, verdict: str, reason: str, reviewer: str) -> int:
    """Record a reviewer's word on two records; it outlives every re-run. Return its number.

    LinkageError for a record that isn't there.
    """
    if verdict not in VERDICTS or left == right:
        raise LinkageError(f"a judgement needs two records and one of {', '.join(VERDICTS)}")
    _say_why(reason, reviewer)
    low, high = sorted((left, right))
    values = {"left_record_id": low, "right_record_id": high, "verdict": verdict}
    told = db.run(conn, "linkage/insert_judgement", **values, reason=reason, reviewer=reviewer.strip()).one_or_none()
    if told is None:
        raise LinkageError(f"no such records in force: [{low}] [{high}]")
    number: int = told.judgement_id
    return number


def undo(conn: Connection, judgement_id: int, reason: str, officer: str) -> None:
    """Take a judgement back by a word of its own; the newest one that still stands counts again."""
    _say_why(reason, officer)
    if _word(conn, judgement_id).undone_by is not None:
        raise LinkageError(f"judgement [{judgement_id}] is already undone")
    _say(conn, judgement_id, "undo", reason, officer)


def confirm(conn: Connection, judgement_id: int, reason: str, officer: str) -> None:
    """Say as a second account that a judgement, or its undoing, of a shielded child is right.

    LinkageError when nothing waits or the account is the one that said it first.
    """
    _say_why(reason, officer)
    word = _word(conn, judgement_id)
    if not word.is_waiting and not word.is_undo_waiting:
        raise LinkageError(f"judgement [{judgement_id}] does not wait for a second account")
    first = word.undone_by if word.is_undo_waiting else word.reviewer
    if first.strip().casefold() == officer.strip().casefold():
        raise LinkageError(f"judgement [{judgement_id}] of a shielded child needs a second, different account")
    _say(conn, judgement_id, "confirm_undo" if word.is_undo_waiting else "confirm", reason, officer)


def is_pending(conn: Connection, judgement_id: int) -> bool:
    """Tell whether a judgement, or its undoing, waits for a second account."""
    word = _word(conn, judgement_id)
    return bool(word.is_waiting or word.is_undo_waiting)


def _word(conn: Connection, judgement_id: int) -> Any:
    word = db.run(conn, "linkage/get_word", judgement_id=judgement_id).one_or_none()
    if word is None:
        raise LinkageError(f"no judgement has number [{judgement_id}]")
    return word


def _say(conn: Connection, judgement_id: int, kind: str, reason: str, officer: str) -> None:
    values = {"judgement_id": judgement_id, "kind": kind, "reason": reason, "officer": officer.strip()}
    if db.run(conn, "linkage/insert_second_word", **values).rowcount != 1:
        raise LinkageError(f"somebody else has just answered for judgement [{judgement_id}]")


def _say_why(reason: str, who: str) -> None:
    if not reason.strip() or not who.strip():
        raise LinkageError("a word on a record needs a reason and the account that gives it")


def shield(conn: Connection, child_id: int, state: str, reason: str, officer: str) -> None:
    """Record whether a child must be shielded; unknown counts as shielded. LinkageError for no such child."""
    _say_why(reason, officer)
    values = {"child_id": child_id, "state": state, "reason": reason, "officer": officer.strip()}
    if state not in SHIELD_STATES or db.run(conn, "linkage/insert_shield", **values).rowcount != 1:
        raise LinkageError(f"a shield needs a child that is there and one of {', '.join(SHIELD_STATES)}: [{child_id}]")


def list_queue(conn: Connection, link_above: float, most: int) -> list[tuple[dict[str, Any], list[Field]]]:
    """The pairs a person should look at, most helpful first, each with its fields, masked."""
    values = {"as_of": today(), "link_above": link_above, "most": most}
    rows = [dict(row._mapping) for row in db.run(conn, "linkage/list_queue", **values)]
    persons = read_persons(conn, [row[side] for row in rows for side in ("left_record_id", "right_record_id")])
    return [
        (row, fields(persons[row["left_record_id"]], persons[row["right_record_id"]], row.pop("evidence")))
        for row in rows
    ]


def list_waiting(conn: Connection) -> list[Any]:
    """Words that wait for a second account."""
    return list(db.run(conn, "linkage/list_waiting_words"))


def disclose(conn: Connection, pair_id: int, reason: str, reader: str) -> list[dict[str, Any]]:
    """Return the two records of a pair unmasked, and put on record who looked and why, in the same transaction."""
    _say_why(reason, reader)
    shown = db.run(conn, "linkage/insert_disclosure", pair_id=pair_id, reason=reason, reader=reader.strip())
    pair = shown.one_or_none()
    if pair is None:
        raise LinkageError(f"no pair of the queue has number [{pair_id}]")
    persons = read_persons(conn, [pair.left_record_id, pair.right_record_id])
    log.info("pair %d was shown to a reader; the reason is on record", pair_id)
    return [persons[pair.left_record_id], persons[pair.right_record_id]]


def read_persons(conn: Connection, records: list[int]) -> dict[int, dict[str, Any]]:
    """What records say of their child, with feed, date, file and line, by record; values as text."""
    found = db.run(conn, "linkage/list_persons", records=records)
    return {row.source_record_id: {name: _text(value) for name, value in row._mapping.items()} for row in found}


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def fields(left: dict[str, Any], right: dict[str, Any], agreement: dict[str, list[Any]]) -> list[Field]:
    """Every column one of two records fills, masked, with what the engine found; then what it weighed besides."""
    columns = [column for column in PERSON_COLUMNS if left[column] is not None or right[column] is not None]
    said = [_field(column, left[column], right[column], agreement.get(column)) for column in columns]
    return said + [
        Field(part, str(how), bits, None, None) for part, (how, bits) in agreement.items() if part not in columns
    ]


def _field(column: str, left: str | None, right: str | None, told: list[Any] | None) -> Field:
    plain = relation(column, left, right)
    named = f"{plain} ({told[0]})" if told and told[0] not in SAID.get(plain, ()) else plain
    return Field(column, named, told[1] if told else None, mask(column, left), mask(column, right))
