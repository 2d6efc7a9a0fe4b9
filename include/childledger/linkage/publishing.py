"""Publish: what the engine found becomes members, events and the review queue, in one transaction.

Children keep their number through re-runs, merges and splits; every change of a number is an event.
"""

from __future__ import annotations

import io
import logging
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
from sqlalchemy.engine import Connection

from childledger import db
from childledger.errors import LinkageError
from childledger.linkage.changes import Override, close_run, open_run
from childledger.linkage.matching import Found, Kept, State, Words, match
from childledger.linkage.names import fold
from childledger.linkage.rules import rules
from childledger.settings import today

log = logging.getLogger(__name__)


def resolve(conn: Connection, override: Override | None = None, state: Path | None = None) -> dict[str, int]:
    """Match the records in force, publish members, events and the review queue in one transaction; return counts.

    `state`: a file that keeps what was linked, so that only what changed is linked again; it follows the database by
    itself, also after a transaction that was rolled back.
    LinkageError (roll back!) when it would merge or split more children than `most_changed` and nobody overrides that.
    """
    started = time.monotonic()
    db.run(conn, "linkage/lock_identity")
    db.run(conn, "linkage/mark_resolved")
    frame = db.frame(conn, "linkage/list_records")
    standing = frame.pop("standing_child_id")
    published = db.run(conn, "linkage/get_last_run").scalar_one()
    kept = Kept(State.open(state), published, standing) if state else None
    found = _link(conn, frame, standing, kept)
    run_id, counts = _publish(conn, frame, found, standing, override)
    if kept:
        kept.state.mark(run_id)
    db.record_stage(conn, "resolve", time.monotonic() - started, None, **counts)
    log.info("resolved %(records)d records into %(children)d children, %(review)d pairs to review", counts)
    return counts


def is_waiting(conn: Connection) -> bool:
    """Tell whether files or judgements wait for the next resolve."""
    return bool(db.run(conn, "linkage/count_waiting").scalar_one())


def _link(conn: Connection, frame: pd.DataFrame, standing: pd.Series, kept: Kept | None) -> Found:
    positions = {record: position for position, record in enumerate(frame["source_record_id"])}
    words = Words()
    for row in db.run(conn, "linkage/list_judgements"):
        left, right = positions.get(str(row.left_record_id)), positions.get(str(row.right_record_id))
        if left is not None and right is not None:
            (words.same if row.verdict == "SAME" else words.different).append((left, right))
    named = {str(row.source_record_id): str(row.child_id) for row in db.run(conn, "linkage/list_stated")}
    _state(words, frame, standing, named)
    return match(frame.drop(columns="source_record_id"), words, today(), kept)


def _state(words: Words, frame: pd.DataFrame, standing: pd.Series, named: dict[str, str]) -> None:
    """A visit row belongs to the child it names if the name agrees and the birth date does not contradict."""
    visits = frame["source_record_id"].isin(named)
    others = frame[~visits].assign(child=standing[~visits]).dropna(subset=["child"])
    raw = frame["name"].dropna().unique().tolist()
    plain = dict(zip(raw, fold(pa.array(raw, pa.string()))["name"].to_pylist(), strict=True))
    known: dict[str, list[tuple[int, str | None, str | None]]] = {}
    for position, child, name, born in zip(
        others.index, others["child"], others["name"], others["birth_date"], strict=True
    ):
        known.setdefault(child, []).append((int(position), plain.get(name), born))
    rows = frame[visits]
    wanted = zip(rows.index, rows["source_record_id"].map(named), rows["name"], rows["birth_date"], strict=True)
    for position, child, name, born in wanted:
        members = known.get(child, [])
        agreeing = [other for other, n, b in members if n and n == plain.get(name) and born in (None, b)]
        if agreeing:
            words.agreed.append((int(position), agreeing[0]))
        elif members:
            words.doubtful.append((int(position), members[0][0]))


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
    conn: Connection, frame: pd.DataFrame, found: Found, standing: pd.Series, override: Override | None
) -> tuple[int, dict[str, int]]:
    """Write what was found anew; the number of the run, and counts."""
    clusters = found.assigned["cluster"]
    numbers = number_clusters(clusters, standing[clusters.index])
    split = len({child for _, child, _ in numbers.splits})
    run_id = open_run(conn, rules().version, len(numbers.merges), split, override)
    fresh = [row.child_id for row in db.run(conn, "linkage/insert_children", count=len(numbers.new_clusters))]
    child_of = numbers.child_of_cluster | dict(zip(numbers.new_clusters, fresh, strict=True))
    _write_members(conn, frame, found, clusters.map(child_of))
    _write_events(conn, numbers, child_of, run_id)
    _write_pairs(conn, frame, found)
    close_run(conn, run_id)
    without = db.run(conn, "linkage/count_unlinked").scalar_one()
    if without:
        raise LinkageError(f"{without} of {len(frame)} records came out without a child")
    return run_id, {
        "records": len(frame),
        "children": found.children,
        "created": len(fresh),
        "merged": len(numbers.merges),
        "split": split,
        "review": len(found.review),
    }


def _write_members(conn: Connection, frame: pd.DataFrame, found: Found, children: pd.Series) -> None:
    table = pd.DataFrame(
        {
            "source_record_id": frame["source_record_id"][children.index],
            "child_id": children.astype("int64"),
            "route": found.assigned["route"],
            "rule_version": rules().version,
            "evidence": found.assigned["agreement"],
            "weight": found.assigned["weight"],
        }
    )
    db.run(conn, "linkage/create_linked")
    db.copy_csv(conn, "linked", list(table.columns), io.StringIO(table.to_csv(index=False, header=False)))
    db.run(conn, "linkage/delete_members_gone")
    db.run(conn, "linkage/upsert_members")


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


def _write_pairs(conn: Connection, frame: pd.DataFrame, found: Found) -> None:
    ids = frame["source_record_id"].astype("int64").to_numpy()
    left, right = ids[found.review["left"].to_numpy()], ids[found.review["right"].to_numpy()]
    db.run(conn, "linkage/create_doubtful")
    weights = found.review["weight"].astype(object).where(found.review["weight"].notna(), None)
    rows = zip(map(int, left), map(int, right), found.review["reason"], found.review["agreement"], weights, strict=True)
    ordered = [(min(a, b), max(a, b), *rest) for a, b, *rest in rows]
    db.copy_rows(conn, "doubtful", ("left_record_id", "right_record_id", "reason", "evidence", "weight"), ordered)
    db.run(conn, "linkage/delete_pairs_gone")
    db.run(conn, "linkage/insert_pairs")
