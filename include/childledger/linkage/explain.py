"""Why two records are, or are not, of one child: what they say beside each other, what would link them, what forbids it.

Values are masked; the engine is asked anew about these two records alone, so what is told is what its rules say today.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy.engine import Connection

from childledger import db, linkage
from childledger.errors import LinkageError
from childledger.linkage.cluster import Judged, Stated, cluster
from childledger.linkage.review import Field, fields, read_persons
from childledger.linkage.standardise import standardise


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

    @property
    def bits(self) -> list[tuple[str, float]]:
        """Column and what it weighed, for a waterfall chart; empty where exact evidence needed no bits."""
        return weighed(self.compared.agreement)


def pair(conn: Connection, left: int, right: int) -> Pair:
    """Put two records beside each other; LinkageError unless both are there."""
    persons = read_persons(conn, [left, right])
    if len(persons) != 2:
        raise LinkageError(f"no such two records: [{left}] [{right}]")
    one, other = persons[min(left, right)], persons[max(left, right)]
    compared = compare(one, other)
    homes = {row.source_record_id: row.child_id for row in db.run(conn, "linkage/list_homes", records=[left, right])}
    named = ("source_record_id", "feed", "as_of_date", "line")
    records = [
        {name: person[name] for name in named} | {"child_id": homes.get(person["source_record_id"])}
        for person in (one, other)
    ]
    words = db.run(conn, "linkage/list_words_on_pair", left=min(left, right), right=max(left, right))
    return Pair(records, fields(one, other, compared.agreement), compared, [dict(row._mapping) for row in words])


def compare(left: dict[str, Any], right: dict[str, Any]) -> Compared:
    """Ask the engine about two records (as review.read_persons gives them) and nothing else; no word of people counts."""
    rules = linkage.rules()
    standard = standardise(pd.DataFrame([left, right]), rules.placeholder_names)
    found = cluster(standard, rules, Judged([], []), Stated([], []))
    forbidden = [column for column in rules.one_of_a_kind if _differ(column, *standard[column])]
    if found.assigned["cluster"].nunique() == 1:
        return Compared(found.assigned["route"][0], None, _agreement(found.assigned), None, forbidden)
    reason = None if found.review.empty else str(found.review["reason"].iloc[0])
    return Compared(None, reason, _agreement(found.review), None, forbidden)


def _agreement(found: pd.DataFrame) -> dict[str, list[Any]]:
    return {} if found.empty else {name: ["equal", None] for name in found["evidence"].iloc[0].split(",")}


def _differ(column: str, left: str | None, right: str | None) -> bool:
    """Tell whether a child would have two of what it has one of; of school-roll numbers, one of each system."""
    if pd.isna(left) or pd.isna(right):
        return False
    return left != right and (column != "school_roll_number" or left[:1] == right[:1])


def weighed(agreement: dict[str, list[Any]]) -> list[tuple[str, float]]:
    """Label and bits of every part that was weighed, in the engine's order."""
    return [(f"{part} {told[0]}", float(told[1])) for part, told in agreement.items() if told[1] is not None]


def weakest(conn: Connection, child_id: int) -> list[tuple[str, float]]:
    """The parts of the lightest link that holds a child together; empty where nothing needed weighing."""
    found = db.run(conn, "linkage/get_weakest", child_id=child_id).one_or_none()
    return weighed(found.evidence) if found else []
