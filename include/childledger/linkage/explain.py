"""Why two records are, or are not, of one child: what each says, what would link them, what forbids it.

Values are masked. What the engine found of a pair in the queue is told as it stands there; about two other records it
is asked anew, of these two alone, so what is told is what its rules say today.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy.engine import Connection

from childledger import db
from childledger.errors import LinkageError
from childledger.linkage.matching import Words, match
from childledger.linkage.review import Field, fields, read_persons
from childledger.linkage.waterfall import Step, chart, sides
from childledger.records import PERSON_COLUMNS
from childledger.settings import today

COMPARED = (
    "source_record_id",
    "record_id",
    "feed",
    "as_of_date",
    *(column for column in PERSON_COLUMNS if column != "ethnicity_code"),
)
ONE_OF_A_KIND = ("id_number", "birth_certificate_number", "school_roll_number")


@dataclass(frozen=True)
class Compared:
    """What the engine says of two records alone."""

    route: str | None
    """The route that links them; None: none does."""
    reason: str | None
    """Why it would ask a person; None: it would not."""
    agreement: dict[str, list[Any]]
    """Column → [how it agrees, bits or None]."""
    weight: float | None
    """Bits in all; None where no probability was needed."""
    forbidden_by: list[str]
    """What a child has only one of, and these two differ in."""


@dataclass(frozen=True)
class Pair:
    """Two records beside each other."""

    records: list[dict[str, Any]]
    """source_record_id, feed, as_of_date, line, child_id of each; no value."""
    fields: list[Field]
    compared: Compared
    words: list[dict[str, Any]]
    """What people said of the two, newest last."""


def pair(conn: Connection, left: int, right: int) -> Pair:
    """Put two records beside each other; LinkageError unless both are there."""
    persons = read_persons(conn, [left, right])
    if len(persons) != 2:
        raise LinkageError(f"no such two records: [{left}] [{right}]")
    one, other = persons[min(left, right)], persons[max(left, right)]
    compared = compare(one, other)
    asked = db.run(conn, "linkage/get_pair", left=min(left, right), right=max(left, right)).one_or_none()
    if asked:
        compared = Compared(None, asked.reason, asked.evidence, asked.weight, compared.forbidden_by)
    homes = {row.source_record_id: row.child_id for row in db.run(conn, "linkage/list_homes", records=[left, right])}
    named = ("source_record_id", "feed", "as_of_date", "line")
    records = [
        {name: person[name] for name in named} | {"child_id": homes.get(person["source_record_id"])}
        for person in (one, other)
    ]
    words = db.run(conn, "linkage/list_words_on_pair", left=min(left, right), right=max(left, right))
    return Pair(records, fields(one, other, compared.agreement), compared, [dict(row._mapping) for row in words])


def compare(left: dict[str, Any], right: dict[str, Any]) -> Compared:
    """Ask the engine about two records, as review.read_persons gives them, and nothing else; no word counts."""
    rows = [person | {"record_id": str(person["source_record_id"])} for person in (left, right)]
    found = match(pd.DataFrame(rows, dtype=object)[[*COMPARED]], Words(), today())
    forbidden = [column for column in ONE_OF_A_KIND if _differ(column, left[column], right[column])]
    linked = found.assigned["cluster"].nunique() == 1
    told = found.assigned if linked else found.review
    if told.empty:
        return Compared(None, None, {}, None, forbidden)
    agreement, weight = json.loads(told["agreement"].iloc[0]), told["weight"].iloc[0]
    weight = None if pd.isna(weight) else float(weight)
    if linked:
        return Compared(str(told["route"].iloc[0]), None, agreement, weight, forbidden)
    return Compared(None, str(told["reason"].iloc[0]), agreement, weight, forbidden)


def _differ(column: str, left: str | None, right: str | None) -> bool:
    """Tell whether a child would have two of what it has one of; of school-roll numbers, one of each system."""
    if left is None or right is None:
        return False
    return left != right and (column != "school_roll_number" or left[:1] == right[:1])


def draw(agreement: dict[str, list[Any]], weight: float | None, why: str | None) -> bytes:
    """Draw what was weighed as a waterfall in SVG, from what was believed before to the weight in all; what was not
    weighed as what agrees and differs, below the route or reason (`why`).

    LinkageError where nothing was compared.
    """
    if not agreement:
        raise LinkageError("nothing else speaks of this record, or nothing links these two: there is no chart")
    steps = [Step(part, str(word), float(bits)) for part, (word, bits) in agreement.items() if bits is not None]
    if weight is None or not steps:
        return sides(str(why), {part: str(word) for part, (word, _) in agreement.items()})
    return chart(weight - sum(step.bits for step in steps), steps)


def weakest(conn: Connection, child_id: int) -> tuple[dict[str, list[Any]], float | None, str | None]:
    """What the lightest link of a child rests on, one that was weighed if there is any: agreement, weight, route."""
    found = db.run(conn, "linkage/get_weakest", child_id=child_id).one_or_none()
    return (found.evidence, found.weight, found.route) if found else ({}, None, None)
