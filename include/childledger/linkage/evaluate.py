"""How good a matching is, against the truth: counted from one contingency table, with intervals that admit doubt.

Pairs of one cluster stand and fall together, so a binomial interval over pairs would be far too narrow. Precision is a
ratio summed over clusters and recall one over children: its variance is the ratio estimator's over those units
(Cochran, Sampling Techniques, 6.3), turned into the number of independent pairs that would vary as much, for Wilson's
interval (Wilson, J. Am. Stat. Assoc. 22, 209-212). With no error at all every unit counts as one observation. How many
children are split, or clusters impure, is a share of all children or clusters, each of which is one observation.
Clusters are taken as independent of one another.
"""

from __future__ import annotations

import functools
import math
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from childledger.errors import LinkageError
from childledger.settings import INCLUDE

SQL = INCLUDE / "sql" / "duckdb" / "evaluate"
MEMORY = "7GB"
"""Beyond it DuckDB spills to disk."""
Z = 1.959963984540054
"""Two-sided 95 %."""


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.6f}  {self.low:.6f} to {self.high:.6f}"


@dataclass(frozen=True)
class Measures:
    """One matching against the truth."""

    records: int
    children: int
    clusters: int
    precision: Share
    recall: Share
    b_cubed_precision: Share
    b_cubed_recall: Share
    exact: Share
    """Children whose records, all of them and no others, make one cluster."""
    wrong_pairs: int
    missed_pairs: int
    split: int
    """Children in two clusters or more."""
    impure: int
    """Clusters of two children or more."""
    impure_in_household: int | None
    """Of them, those of one home; None where the truth knows no homes."""

    @property
    def f1(self) -> float:
        """Harmonic mean of pairwise precision and recall."""
        total = self.precision.value + self.recall.value
        return 2 * self.precision.value * self.recall.value / total if total else 0.0

    def per_million(self, count: int, units: int) -> Share:
        """A count among so many children or clusters, per million records, with its 95 % interval."""
        found = wilson(count / units if units else 0.0, units)
        scale = units * 1e6 / self.records if self.records else 0.0
        return Share(found.value * scale, found.low * scale, found.high * scale)


@dataclass(frozen=True)
class Review:
    """What the queue costs and brings if its reader is never wrong."""

    pairs: int
    same: int
    """Pairs of one child."""
    joining: int
    """Of them, those that join two clusters."""
    after: Measures
    """The matching once those are joined; nothing is split."""


@dataclass(frozen=True)
class Evaluation:
    """A matching, and the same after its review queue was read."""

    matching: Measures
    review: Review | None

    def text(self) -> str:
        """For people: one line a measure."""
        lines = _lines(self.matching)
        if self.review:
            queue, after = self.review, self.review.after
            per_thousand = queue.pairs * 1e3 / max(1, after.records)
            lines += [
                f"{'review queue':<28}{queue.pairs:,} pairs, {per_thousand:.3f} per 1,000 records; "
                f"{queue.same:,} of one child, {queue.joining:,} joining clusters",
                f"{'recall after review':<28}{after.recall}",
                f"{'precision after review':<28}{after.precision}",
                f"{'exact after review':<28}{after.exact}",
            ]
        return "\n".join(lines)


def evaluate(clusters: Path, truth: Path, review: Path | None = None) -> Evaluation:
    """Compare a matching (record_id, child_id) with the truth (the same; household_id where known).

    Files are CSV or Parquet by their endings, a folder is one of Parquet. `review` holds left_record_id and
    right_record_id. LinkageError if a file lacks a column, or the two do not hold the same records, each once.
    """
    with tempfile.TemporaryDirectory() as spill, duckdb.connect(config={"temp_directory": spill}) as conn:
        conn.execute("set memory_limit = ?", [MEMORY])
        _open(conn, clusters, "clusters_file", {"record_id", "child_id"})
        _run(conn, "create_clusters")
        columns = _open(conn, truth, "truth_file", {"record_id", "child_id"})
        has_homes = "household_id" in columns
        _run(conn, "create_truth" if has_homes else "create_truth_without_households")
        _refuse_strangers(conn)
        _run(conn, "create_cells")
        matching = _measure(conn, has_homes)
        return Evaluation(matching, _review(conn, review, has_homes) if review else None)


def _open(conn: duckdb.DuckDBPyConnection, path: Path, name: str, needed: set[str]) -> set[str]:
    """Make a file a view; return its columns."""
    if not path.exists():
        raise LinkageError(f"{path.name}: no such file or folder")
    if path.is_dir():
        relation = conn.read_parquet(str(path / "*.parquet"))
    elif path.suffix.lower() == ".parquet":
        relation = conn.read_parquet(str(path))
    else:
        relation = conn.read_csv(str(path), all_varchar=True, header=True)
    missing = needed - set(relation.columns)
    if missing:
        raise LinkageError(f"{path.name} has no column {', '.join(sorted(missing))}")
    relation.create_view(name)
    return set(relation.columns)


@functools.cache
def _statement(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def _run(conn: duckdb.DuckDBPyConnection, name: str) -> None:
    conn.execute(_statement(name)).fetchall()


def _row(conn: duckdb.DuckDBPyConnection, name: str) -> dict[str, Any]:
    cursor = conn.execute(_statement(name))
    names = [column[0] for column in cursor.description or ()]
    return dict(zip(names, cursor.fetchall()[0], strict=True))


def _refuse_strangers(conn: duckdb.DuckDBPyConnection) -> None:
    wrong = {name: count for name, count in _row(conn, "count_strangers").items() if count}
    if wrong:
        told = ", ".join(f"{name.replace('_', ' ')}: {count:,}" for name, count in wrong.items())
        raise LinkageError(f"clusters and truth must hold the same records, each once ({told})")


def _measure(conn: duckdb.DuckDBPyConnection, has_homes: bool) -> Measures:
    clusters, children = _row(conn, "measure_clusters"), _row(conn, "measure_children")
    exact = _row(conn, "count_exact")["exact"]
    return Measures(
        records=int(clusters["records"] or 0),
        children=children["units"],
        clusters=clusters["units"],
        precision=_pairs_share(clusters),
        recall=_pairs_share(children),
        b_cubed_precision=_records_share(clusters),
        b_cubed_recall=_records_share(children),
        exact=wilson(exact / max(1, children["units"]), children["units"]),
        wrong_pairs=int(clusters["wrong_pairs"] or 0),
        missed_pairs=int(children["wrong_pairs"] or 0),
        split=children["broken"],
        impure=clusters["broken"],
        impure_in_household=clusters["broken_in_one_household"] if has_homes else None,
    )


def _pairs_share(sums: dict[str, Any]) -> Share:
    return _ratio(
        sums["wrong_pairs"], sums["pairs"], sums["units_with_pairs"],
        (sums["wrong_pairs_squared"], sums["wrong_pairs_by_pairs"], sums["pairs_squared"]),
    )  # fmt: skip


def _records_share(sums: dict[str, Any]) -> Share:
    return _ratio(
        sums["wrong_weight"], sums["records"], sums["units"],
        (sums["wrong_weight_squared"], sums["wrong_weight_by_records"], sums["records_squared"]),
    )  # fmt: skip


def _ratio(wrong: float | None, total: float | None, units: int, squares: tuple[float, float, float]) -> Share:
    """One less wrong/total. `squares`: sums over units of wrong², wrong·total and total²."""
    if not wrong or not total or units < 2:
        return wilson(1 - (wrong or 0) / total if total else 1.0, units)
    share = wrong / total
    residual = squares[0] - 2 * share * squares[1] + share * share * squares[2]
    variance = max(0.0, residual) * units / (units - 1) / (total * total)
    return wilson(1 - share, share * (1 - share) / variance if variance else units)


def wilson(share: float, count: float) -> Share:
    """Wilson's interval of a share seen in `count` independent observations.

    >>> str(wilson(1.0, 100))
    '1.000000  0.963007 to 1.000000'
    """
    if count <= 0:
        return Share(share, 0.0, 1.0)
    square = Z * Z / count
    middle = (share + square / 2) / (1 + square)
    half = Z * math.sqrt(share * (1 - share) / count + square / count / 4) / (1 + square)
    return Share(share, min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half)))


def _review(conn: duckdb.DuckDBPyConnection, path: Path, has_homes: bool) -> Review:
    """Let a perfect reader join what belongs together."""
    _open(conn, path, "review_file", {"left_record_id", "right_record_id"})
    _run(conn, "create_review")
    _run(conn, "number_clusters")
    answers = conn.execute(_statement("list_answers")).fetchnumpy()
    left, right, same = (np.ma.asarray(answers[name]) for name in ("left_number", "right_number", "is_same"))
    strangers = int((np.ma.getmaskarray(left) | np.ma.getmaskarray(right)).sum())
    if strangers:
        raise LinkageError(f"{path.name}: {strangers:,} pairs name a record the clusters do not hold")
    is_same = np.asarray(same, dtype=bool)
    low, high = np.asarray(left)[is_same], np.asarray(right)[is_same]
    count = _row(conn, "count_clusters")["clusters"]
    joined = coo_array((np.ones(len(low), dtype=np.int8), (low, high)), shape=(count, count))
    _, component = connected_components(joined, directed=False)
    conn.register("components", {"number": np.arange(count), "component": component.astype(np.int64)})
    _run(conn, "merge_cells")
    return Review(len(is_same), len(low), int((low != high).sum()), _measure(conn, has_homes))


def _lines(found: Measures) -> list[str]:
    def line(name: str, value: object) -> str:
        return f"{name:<28}{value}"

    def counted(name: str, count: int, units: int) -> str:
        share = found.per_million(count, units)
        return line(name, f"{count:,}, {share.value:.2f} per million records  {share.low:.2f} to {share.high:.2f}")

    household = found.impure_in_household
    return [
        line("records", f"{found.records:,} of {found.children:,} children in {found.clusters:,} clusters"),
        line("", "value     95 % interval"),
        line("pairwise precision", found.precision),
        line("pairwise recall", found.recall),
        line("pairwise F1", f"{found.f1:.6f}"),
        line("B-cubed precision", found.b_cubed_precision),
        line("B-cubed recall", found.b_cubed_recall),
        line("children exact", found.exact),
        line("wrong pairs", f"{found.wrong_pairs:,}"),
        line("missed pairs", f"{found.missed_pairs:,}"),
        counted("children split", found.split, found.children),
        counted("clusters impure", found.impure, found.clusters),
        line("  within one household", "n/a (the truth has no household_id)")
        if household is None
        else counted("  within one household", household, found.clusters),
    ]
