"""Matching: records through the engine, and its answer back by the numbers they have here.

A record is known to the engine by what its sender calls it, not by when it arrived, so that any order of arrival gives
the same children. Only what arrived is handed over; what was linked before lies in the state.
"""

from __future__ import annotations

from collections.abc import Iterator
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

ROWS = 100_000
"""Records of the answer handed on at a time."""


@dataclass(frozen=True)
class Words:
    """What people and visit rows say, by the numbers of records (source_record_id)."""

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

    def published(self) -> int | None:
        """The run since which the database holds the children of this state; None: it does not."""
        with closing(connect(self.path)) as con:
            found = run(con, "linkage/list_published").fetchall()
        return found[0][0] if found else None

    def mark(self, run_id: int) -> None:
        """The database holds the children of this state since that run."""
        with closing(connect(self.path)) as con:
            run(con, "linkage/insert_published", run_id=run_id)


@dataclass(frozen=True)
class Found:
    """The answer of one run, as a whole."""

    assigned: pd.DataFrame
    """By number of the record: cluster (int), route, weight (bits or null), agreement (JSON text)."""
    review: pd.DataFrame
    """left_record_id, right_record_id, reason, weight, agreement; the most probable first."""
    children: int
    """Clusters in all."""


def match(frame: pd.DataFrame, words: Words, today: date) -> Found:
    """Link records (text columns, null as None; source_record_id, and record_id: what senders call them), no others."""
    with closing(connect(workers=threads(len(frame)))) as con:
        matching = Matching(con, today)
        matching.take(pa.Table.from_pandas(frame, preserve_index=False))
        matching.link(words)
        assigned = pa.Table.from_batches(matching.ties()).to_pandas().set_index("source_record_id").sort_index()
        return Found(assigned, matching.review(), matching.counts()["children"])


class Matching:
    """One run over a database of DuckDB: take, link, then read clusters, ties and review."""

    def __init__(self, con: duckdb.DuckDBPyConnection, today: date) -> None:
        self.con, self.engine = con, Engine(con, rules(), today)
        run(con, "linkage/create_seen")

    def take(self, arrived: pa.Table | pa.RecordBatchReader, stirred: pa.Table | None = None) -> None:
        """Read records; `stirred`: how the names of those looked at begin (prefix); without it they are all there are.

        What is looked at and not among them is gone.
        """
        self.con.register("copied", arrived)
        run(self.con, "linkage/create_arrived")
        self.con.register("stirred", pa.table({"prefix": pa.array([], pa.string())}) if stirred is None else stirred)
        run(self.con, "linkage/create_arriving")
        run(self.con, "linkage/create_looked", everything=stirred is None)
        run(self.con, "linkage/create_changed")

    def link(self, words: Words) -> None:
        """Find the children of what changed; words about records that are not there say nothing."""
        labels = self._labels(words)
        told = [(*pair, "SAME") for pair in words.same] + [(*pair, "DIFFERENT") for pair in words.different]
        stated = [(*pair, True) for pair in words.agreed] + [(*pair, False) for pair in words.doubtful]
        self.engine.link(
            Change(
                gone=[label for (label,) in run(self.con, "linkage/list_departed").fetchall()],
                told=[(labels[a], labels[b], word) for a, b, word in told if a in labels and b in labels],
                stated=[(labels[a], labels[b], word) for a, b, word in stated if a in labels and b in labels],
            )
        )
        run(self.con, "linkage/delete_looked")
        run(self.con, "linkage/insert_seen")

    def _labels(self, words: Words) -> dict[int, str]:
        spoken = {record for pairs in vars(words).values() for pair in pairs for record in pair}
        self.con.register("spoken", pa.table({"source_record_id": pa.array(spoken, pa.int64())}))
        return dict(run(self.con, "linkage/list_labels").fetchall())

    def take_all(self) -> None:
        """Answer for every record, not only for those whose child was found anew."""
        run(self.con, "linkage/create_dirty_all")

    def clusters(self) -> pd.Series:
        """The cluster of each record found anew, by its number, in the order of what senders call them."""
        return run(self.con, "linkage/list_clusters").df().set_index("source_record_id")["cluster"]

    def ties(self) -> Iterator[pa.RecordBatch]:
        """Each record found anew: source_record_id, cluster, route, weight, agreement."""
        run(self.con, "linkage/create_tied")
        yield from run(self.con, "linkage/list_tied").to_arrow_reader(ROWS)

    def review(self) -> pd.DataFrame:
        """The whole review queue, as in Found."""
        return run(self.con, "linkage/list_doubtful").df()

    def counts(self) -> dict[str, int]:
        """How many records and children there are."""
        return self.engine.counts()

    def begin(self) -> None:
        """Mark a state as unfinished; one that was left so says nothing."""
        run(self.con, "linkage/create_unfinished")
        run(self.con, "linkage/delete_published")

    def finish(self) -> None:
        """The change is taken in."""
        run(self.con, "linkage/drop_unfinished")
