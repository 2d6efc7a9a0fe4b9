"""Matching: the records of the database through the engine, and its answer back as tables by position.

A record is known to the engine by what its sender calls it, not by when it arrived, so that any order of arrival gives
the same children.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from childledger.linkage.engine import Change, Engine
from childledger.linkage.rules import digest, rules
from childledger.linkage.sets import connect, run, threads

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
class State:
    """What was linked, kept in a file from run to run: it can always be made again from the records."""

    path: Path

    @classmethod
    def open(cls, path: Path) -> State:
        """Find the state; one of other rules, of another engine or left unfinished is begun anew."""
        origin = f"{digest()} {duckdb.__version__}"
        try:
            with closing(connect(path)) as con:
                known = run(con, "linkage/list_origin").fetchall()
        except duckdb.Error:
            known = []
        if known != [(origin, False)]:
            path.unlink(missing_ok=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            with closing(connect(path)) as con:
                run(con, "linkage/create_origin", origin=origin)
                run(con, "linkage/create_published")
            path.chmod(0o600)  # it holds names, as the archive does
        return cls(path)

    def mark(self, run_id: int) -> None:
        """The database holds the children of this state since that run."""
        with closing(connect(self.path)) as con:
            run(con, "linkage/insert_published", run_id=run_id)


@dataclass(frozen=True)
class Kept:
    """A state and what the database has published."""

    state: State
    published: int | None
    """The last run that published children."""
    standing: pd.Series
    """By position: the child a record stands for; null for a new one."""


@dataclass(frozen=True)
class Found:
    """The answer of one run."""

    assigned: pd.DataFrame
    """By position of the record: cluster (int), route, weight (bits or null), agreement (JSON text)."""
    review: pd.DataFrame
    """left, right (positions of records), reason, weight, agreement; the most probable first."""
    children: int
    """Clusters in all."""


def match(frame: pd.DataFrame, words: Words, today: date, kept: Kept | None = None) -> Found:
    """Link records (text columns, null as None, one row each); every record ends in exactly one cluster.

    With a state only what changed since it was kept is linked; `assigned` then holds the records whose cluster may
    have changed since the run `kept.published`, which is all of them unless the state knows that run.
    """
    frame = frame.reset_index(drop=True)
    labels = _labels(frame)
    state = kept.state if kept else None
    with closing(connect(state.path if state else None, workers=threads(len(frame)))) as con:
        engine = Engine(con, rules(), today)
        con.register("arrived", pa.Table.from_pandas(frame.assign(record_id=labels), preserve_index=False))
        is_known = kept and run(con, "linkage/list_published").fetchall() == [(kept.published,)]
        if kept:
            run(con, "linkage/create_unfinished")
            run(con, "linkage/delete_published")
        _link(con, engine, labels, words)
        if not (kept and is_known and _stands_alone(con, labels, kept.standing)):
            run(con, "linkage/create_dirty_all")
        if kept:
            run(con, "linkage/drop_unfinished")
        return _found(con, engine, labels)


def _stands_alone(con: duckdb.DuckDBPyConnection, labels: list[str], standing: pd.Series) -> bool:
    """Tell whether no child of the records found anew has other records: else all must be seen to number them."""
    stirred = pd.Series(labels).isin({label for label, _ in run(con, "linkage/list_members").fetchall()})
    children = standing.reset_index(drop=True)
    return not (children.isin(children[stirred].dropna().unique()) & ~stirred).any()


def _link(con: duckdb.DuckDBPyConnection, engine: Engine, labels: list[str], words: Words) -> None:
    told = [(*pair, "SAME") for pair in words.same] + [(*pair, "DIFFERENT") for pair in words.different]
    stated = [(*pair, True) for pair in words.agreed] + [(*pair, False) for pair in words.doubtful]
    for step in ("create_seen", "create_arriving", "create_changed"):
        run(con, f"linkage/{step}")
    engine.link(
        Change(
            gone=[label for (label,) in run(con, "linkage/list_departed").fetchall()],
            told=[(labels[one], labels[other], verdict) for one, other, verdict in told],
            stated=[(labels[one], labels[other], agrees) for one, other, agrees in stated],
        )
    )
    run(con, "linkage/replace_seen")


def _found(con: duckdb.DuckDBPyConnection, engine: Engine, labels: list[str]) -> Found:
    position = {label: place for place, label in enumerate(labels)}
    run(con, "linkage/create_tied")
    assigned = run(con, "linkage/list_tied").df()
    assigned.index = pd.Index(assigned.pop("record_id").map(position).astype("int64"))
    assigned = assigned.sort_index()
    assigned["cluster"] = pd.factorize(assigned["cluster"])[0]
    review = run(con, "linkage/list_doubtful").df()
    for side in ("left", "right"):
        review[side] = review.pop(f"{side}_record_id").map(position).astype("int64")
    return Found(assigned, review, engine.counts()["children"])


def _labels(frame: pd.DataFrame) -> list[str]:
    """What the senders call the records; the second of one name and day is the second."""
    key = pd.Series("", index=frame.index, dtype=object)
    for column in KEY:
        if column in frame:
            key = key + frame[column].astype(object).fillna("") + "|"
    return (key + "#" + key.groupby(key, sort=False).cumcount().astype(str)).tolist()
