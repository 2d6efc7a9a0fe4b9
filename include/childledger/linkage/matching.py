"""Matching: the records of the database through the engine, and its answer back as tables by position.

A record is known to the engine by what its sender calls it, not by when it arrived, so that any order of arrival gives
the same children.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pandas as pd
import pyarrow as pa

from childledger.linkage.engine import Change, Engine
from childledger.linkage.rules import rules
from childledger.linkage.sets import connect, run

KEY = ("feed", "county_code", "record_key", "as_of_date")


@dataclass(frozen=True)
class Words:
    """What people and visit rows say, by positions of records."""

    same: list[tuple[int, int]] = field(default_factory=list)
    different: list[tuple[int, int]] = field(default_factory=list)
    agreed: list[tuple[int, int]] = field(default_factory=list)
    """A visit row and a record of the child whose number it names."""
    doubtful: list[tuple[int, int]] = field(default_factory=list)
    """The same, where name or birth date contradict."""


@dataclass(frozen=True)
class Found:
    """The answer of one run."""

    assigned: pd.DataFrame
    """By position of the record: cluster (int), route, weight (bits or null), agreement (JSON text)."""
    review: pd.DataFrame
    """left, right (positions of records), reason, weight, agreement; the most probable first."""


def match(frame: pd.DataFrame, words: Words, today: date) -> Found:
    """Link records (text columns, null as None, one row each); every record ends in exactly one cluster."""
    frame = frame.reset_index(drop=True)
    labels = _labels(frame)
    con = connect()
    con.register("incoming", pa.Table.from_pandas(frame.assign(record_id=labels), preserve_index=False))
    engine = Engine(con, rules(), today)
    told = [(*pair, "SAME") for pair in words.same] + [(*pair, "DIFFERENT") for pair in words.different]
    stated = [(*pair, True) for pair in words.agreed] + [(*pair, False) for pair in words.doubtful]
    engine.link(
        Change(
            told=[(labels[one], labels[other], verdict) for one, other, verdict in told],
            stated=[(labels[one], labels[other], agrees) for one, other, agrees in stated],
        )
    )
    position = {label: place for place, label in enumerate(labels)}
    run(con, "linkage/create_tied")
    assigned = run(con, "linkage/list_tied").df()
    assigned.index = pd.Index(assigned.pop("record_id").map(position))
    assigned["cluster"] = pd.factorize(assigned.sort_index()["cluster"])[0][assigned.index]
    review = run(con, "linkage/list_doubtful").df()
    for side in ("left", "right"):
        review[side] = review.pop(f"{side}_record_id").map(position).astype("int64")
    return Found(assigned.sort_index(), review)


def _labels(frame: pd.DataFrame) -> list[str]:
    """What the senders call the records; the second of one name and day is the second."""
    key = pd.Series("", index=frame.index)
    for column in KEY:
        if column in frame:
            key = key + "|" + frame[column].fillna("")
    return (key + "#" + key.groupby(key, sort=False).cumcount().astype(str)).tolist()
