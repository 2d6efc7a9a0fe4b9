"""Publish: what the engine found becomes members, events and the review queue, in one transaction.

Children keep their number through re-runs, merges and splits; every change of a number is an event.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pandas as pd
import pyarrow as pa
from sqlalchemy.engine import Connection

from childledger import db
from childledger.errors import LinkageError
from childledger.linkage.changes import Override, close_run, open_run
from childledger.linkage.matching import Matching, State, Words
from childledger.linkage.names import fold
from childledger.linkage.rules import rules
from childledger.linkage.sets import connect, threads
from childledger.settings import today

log = logging.getLogger(__name__)


def resolve(conn: Connection, override: Override | None = None, state: Path | None = None) -> dict[str, int]:
    """Match the records in force, publish members, events and the review queue in one transaction; return counts.

    `state`: a file that keeps what was linked, so that only what changed is read and linked again; it follows the
    database by itself, also after a transaction that was rolled back.
    LinkageError (roll back!) when it would merge or split more children than `most_changed` and nobody overrides that.
    """
    started = time.monotonic()
    db.run(conn, "linkage/lock_identity")
    db.run(conn, "linkage/mark_resolved")
    kept = State.open(state) if state else None
    published = db.run(conn, "linkage/get_last_run").scalar_one()
    is_known = kept is not None and published is not None and kept.published() == published
    arrived = _gather(conn, everything=not is_known)
    stirred = _stirred(conn) if is_known else None
    with closing(connect(state, workers=threads(arrived))) as con:
        matching = Matching(con, today())
        if kept:
            matching.begin()
        with db.read_batches(conn, "linkage/list_arrived") as records:
            matching.take(records, stirred)
        matching.link(_words(conn))
        clusters, standing = _stand(conn, matching, everything=not is_known)
        if kept:
            matching.finish()
        run_id, counts = _publish(conn, matching, clusters, standing, override)
    if kept:
        kept.mark(run_id)
    db.record_stage(conn, "resolve", time.monotonic() - started, None, **counts)
    log.info("resolved %(records)d records into %(children)d children, %(review)d pairs to review", counts)
    return counts


@contextmanager
def rehearsal(conn: Connection, state: Path) -> Iterator[Path]:
    """A copy of the state for runs that are rolled back; nobody else links meanwhile."""
    db.run(conn, "linkage/lock_identity")
    copy = state.with_suffix(".rehearsal")
    _remove(copy)  # of one that was killed
    try:
        if state.exists():
            copy.touch(mode=0o600)  # it holds names
            shutil.copyfile(state, copy)
        yield copy
    finally:
        _remove(copy)


def _remove(state: Path) -> None:
    for path in (state, state.with_name(f"{state.name}.wal")):
        path.unlink(missing_ok=True)


def is_waiting(conn: Connection) -> bool:
    """Tell whether files or judgements wait for the next resolve."""
    return bool(db.run(conn, "linkage/count_waiting").scalar_one())


def _gather(conn: Connection, *, everything: bool) -> int:
    """Lay out the records that arrived since the last run, or all there are; how many."""
    db.run(conn, "linkage/create_stirred")
    db.run(conn, "linkage/take_changes", everything=everything)
    db.run(conn, "linkage/analyze_stirred")
    arrived = db.run(conn, "linkage/create_arrived_record").rowcount
    db.run(conn, "linkage/analyze_arrived")
    return arrived


def _stirred(conn: Connection) -> pa.Table:
    return pa.table({"prefix": pa.array(db.run(conn, "linkage/list_stirred").scalars(), pa.string())})


def _words(conn: Connection) -> Words:
    """What people say; and a visit row is of the child it names if the name agrees and no birth date contradicts.

    What a child is called whose name nobody knows (无名男孩) is no name, yet copied from our list it agrees.
    """
    words = Words()
    for row in db.run(conn, "linkage/list_judgements"):
        (words.same if row.verdict == "SAME" else words.different).append((row.left_record_id, row.right_record_id))
    told = db.run(conn, "linkage/list_stated").all()
    raw = list({name for row in told for name in (row.name, row.other_name) if name})
    plain = dict(zip(raw, fold(pa.array(raw, pa.string()))["name"].to_pylist(), strict=True))
    for visit, rows in groupby(told, key=lambda row: row.source_record_id):
        others = list(rows)
        agreeing = [
            row
            for row in others
            if row.name
            and (plain.get(row.other_name) or row.other_name) == (plain.get(row.name) or row.name)
            and row.birth_date in (None, row.other_birth_date)
        ]
        if agreeing:
            words.agreed.append((visit, agreeing[0].other_record_id))
        else:
            words.doubtful.append((visit, others[0].other_record_id))
    return words


def _stand(conn: Connection, matching: Matching, *, everything: bool) -> tuple[pd.Series, pd.Series]:
    """The cluster of each record found anew and the child it stands for; of all, where a child of theirs has others."""
    if everything:
        matching.take_all()
    clusters = matching.clusters()
    db.run(conn, "linkage/create_found")
    db.copy_rows(conn, "found", ("source_record_id",), ((record,) for record in clusters.index.tolist()))
    db.run(conn, "linkage/analyze_found")
    if not everything and db.run(conn, "linkage/count_outside").scalar_one():
        db.run(conn, "linkage/drop_found")
        return _stand(conn, matching, everything=True)
    rows = db.run(conn, "linkage/list_standing").all()
    standing = pd.Series({row.source_record_id: row.child_id for row in rows}, dtype="Int64")
    return clusters, standing.reindex(clusters.index)


@dataclass(frozen=True)
class Numbers:
    """Which child number each cluster gets, and what that does to standing numbers."""

    child_of_cluster: dict[int, int]
    new_clusters: list[int]
    merges: list[tuple[int, int, int]]
    """(child that goes, child that stays, records)."""
    splits: list[tuple[int, int, int]]
    """(cluster that leaves, child it leaves, records)."""
    moves: list[tuple[int, int, int]]
    """(cluster that gains, child it gains from, records); both numbers stand."""


def number_clusters(clusters: pd.Series, standing: pd.Series) -> Numbers:
    """Give each cluster the number most of its records had before.

    A number stays with the cluster holding most of its records; a cluster that holds several keeps the oldest; a
    cluster that lost its number to a larger part, or never had one, gets a new one.
    """
    held = pd.DataFrame({"cluster": clusters, "child": pd.to_numeric(standing)}).dropna()
    sizes = held.astype("int64").groupby(["child", "cluster"], sort=True).size().rename("records").reset_index()
    winners = sizes.sort_values(["child", "records", "cluster"], ascending=[True, False, True]).drop_duplicates("child")
    kept = winners.groupby("cluster")["child"].min()
    child_of: dict[int, int] = dict(zip(kept.index.tolist(), kept.tolist(), strict=True))
    won = winners[["child", "cluster", "records"]].to_numpy().tolist()
    merges = [(child, child_of[where], size) for child, where, size in won if child_of[where] != child]
    new = [where for where in clusters.unique().tolist() if where not in child_of]
    lost = sizes.loc[sizes["cluster"].isin(new), ["cluster", "child", "records"]].to_numpy().tolist()
    splits = [(where, child, size) for where, child, size in lost]
    beaten = sizes.merge(winners[["child", "cluster"]], how="left", indicator=True)
    gained = sizes.loc[(beaten["_merge"] == "left_only").to_numpy() & ~sizes["cluster"].isin(new)]
    moves = [(where, child, size) for child, where, size in gained[["child", "cluster", "records"]].to_numpy().tolist()]
    return Numbers(child_of, new, merges, splits, moves)


def _publish(
    conn: Connection, matching: Matching, clusters: pd.Series, standing: pd.Series, override: Override | None
) -> tuple[int, dict[str, int]]:
    """Write what was found anew; the number of the run, and counts."""
    numbers = number_clusters(clusters, standing)
    split = len({child for _, child, _ in numbers.splits})
    run_id = open_run(conn, rules().version, len(numbers.merges), split, override)
    fresh = [row.child_id for row in db.run(conn, "linkage/insert_children", count=len(numbers.new_clusters))]
    child_of = numbers.child_of_cluster | dict(zip(numbers.new_clusters, fresh, strict=True))
    _write_members(conn, matching, child_of)
    _write_events(conn, numbers, child_of, run_id)
    review = _write_pairs(conn, matching)
    close_run(conn, run_id)
    found = matching.counts()
    without = db.run(conn, "linkage/count_unlinked").scalar_one()
    if without:
        raise LinkageError(f"{without} of {found['records']} records came out without a child")
    return run_id, {
        "records": found["records"],
        "children": found["children"],
        "created": len(fresh),
        "merged": len(numbers.merges),
        "split": split,
        "review": review,
    }


def _write_members(conn: Connection, matching: Matching, child_of: dict[int, int]) -> None:
    children = pd.Series(child_of, dtype="int64")
    db.run(conn, "linkage/create_linked")
    columns = ("source_record_id", "child_id", "route", "rule_version", "evidence", "weight")
    db.copy_batches(conn, "linked", columns, (_as_members(batch, children) for batch in matching.ties()))
    db.run(conn, "linkage/delete_members_gone")
    db.run(conn, "linkage/upsert_members")


def _as_members(ties: pa.RecordBatch, children: pd.Series) -> pa.RecordBatch:
    """Ties with the child of each cluster, as identity.member has them."""
    record, cluster, route, weight, agreement = ties.columns
    child = pa.array(children[cluster.to_numpy()].to_numpy())
    version = pa.repeat(rules().version, len(ties))
    return pa.record_batch([record, child, route, version, agreement, weight], [str(n) for n in range(6)])


def _write_events(conn: Connection, numbers: Numbers, child_of: dict[int, int], run_id: int) -> None:
    split = {cluster_: child for cluster_, child, _ in numbers.splits}
    created: list[tuple[str, int, int | None, int]] = [
        ("create", child_of[c], None, 0) for c in numbers.new_clusters if c not in split
    ]
    merged = [("merge", gone, stays, size) for gone, stays, size in numbers.merges]
    came_out = [("split", child_of[c], child, size) for c, child, size in numbers.splits]
    moved = [("move", child_of[c], child, size) for c, child, size in numbers.moves]
    columns = ("kind", "child_id", "other_child_id", "record_count", "run_id")
    told = ((*event, run_id) for event in (*created, *merged, *came_out, *moved))
    db.copy_rows(conn, "identity.event", columns, told)
    merges = [{"child_id": gone, "merged_into": stays} for gone, stays, _ in numbers.merges]
    db.run_many(conn, "linkage/merge_child", merges)


def _write_pairs(conn: Connection, matching: Matching) -> int:
    """Bring the review queue up to date; how many pairs wait."""
    review = matching.review()
    left, right = review["left_record_id"].tolist(), review["right_record_id"].tolist()
    db.run(conn, "linkage/create_doubtful")
    weights = review["weight"].astype(object).where(review["weight"].notna(), None)
    rows = zip(left, right, review["reason"], review["agreement"], weights, strict=True)
    ordered = [(min(a, b), max(a, b), *rest) for a, b, *rest in rows]
    db.copy_rows(conn, "doubtful", ("left_record_id", "right_record_id", "reason", "evidence", "weight"), ordered)
    db.run(conn, "linkage/delete_pairs_gone")
    db.run(conn, "linkage/insert_pairs")
    return len(review)
