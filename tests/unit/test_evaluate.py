"""A matching is judged by counting pairs: the same counts as going through every pair by hand."""

from __future__ import annotations

import itertools
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from childledger import cli
from childledger.errors import LinkageError
from childledger.linkage.evaluate import Evaluation, evaluate, wilson


def files(folder: Path, truth: dict[str, tuple[str, str]], clusters: dict[str, str]) -> tuple[Path, Path]:
    """Write both as CSV; truth holds child and home of each record."""
    homes = pd.DataFrame([(r, *who) for r, who in truth.items()], columns=["record_id", "child_id", "household_id"])
    homes.to_csv(folder / "truth.csv", index=False)
    found = pd.DataFrame(list(clusters.items()), columns=["record_id", "child_id"])
    found.to_csv(folder / "clusters.csv", index=False)
    return folder / "clusters.csv", folder / "truth.csv"


TRUTH = {"1": ("a", "h"), "2": ("a", "h"), "3": ("a", "h"), "4": ("b", "h"), "5": ("b", "h"), "6": ("c", "k")}


def judged(folder: Path, *clusters: str, review: list[tuple[str, str]] | None = None) -> Evaluation:
    """Judge clusters written as strings of one-digit records against TRUTH."""
    paths = files(folder, TRUTH, {record: cluster for cluster in clusters for record in cluster})
    queue = folder / "review.csv"
    pd.DataFrame(review or [], columns=["left_record_id", "right_record_id"]).to_csv(queue, index=False)
    return evaluate(*paths, queue if review is not None else None)


def test_a_perfect_matching_has_no_error(tmp_path: Path) -> None:
    found = judged(tmp_path, "123", "45", "6").matching
    assert (found.precision.value, found.recall.value, found.exact.value, found.f1) == (1, 1, 1, 1)
    assert (found.split, found.impure, found.wrong_pairs, found.missed_pairs) == (0, 0, 0, 0)
    assert found.precision.low < 1, "no error seen is not no error possible"


def test_siblings_in_one_cluster_are_told_from_strangers(tmp_path: Path) -> None:
    siblings = judged(tmp_path, "1234", "5", "6").matching
    assert (siblings.impure, siblings.impure_in_household) == (1, 1)
    strangers = judged(tmp_path, "123", "456").matching
    assert (strangers.impure, strangers.impure_in_household) == (1, 0)
    assert strangers.precision.value == pytest.approx(4 / 6)


def test_every_measure_is_what_all_pairs_give(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    truth = {str(n): (f"c{n // 4}", f"h{n // 8}") for n in range(160)}
    clusters = {record: who[0] if rng.random() < 0.8 else f"x{rng.integers(30)}" for record, who in truth.items()}
    found = evaluate(*files(tmp_path, truth, clusters)).matching
    pairs = list(itertools.combinations(truth, 2))
    together = [(a, b) for a, b in pairs if clusters[a] == clusters[b]]
    same = [(a, b) for a, b in pairs if truth[a][0] == truth[b][0]]
    right = [pair for pair in together if pair in set(same)]
    assert found.precision.value == pytest.approx(len(right) / len(together))
    assert found.recall.value == pytest.approx(len(right) / len(same))
    assert (found.wrong_pairs, found.missed_pairs) == (len(together) - len(right), len(same) - len(right))
    b_cubed = [_b_cubed(record, truth, clusters) for record in truth]
    assert found.b_cubed_precision.value == pytest.approx(np.mean([precision for precision, _ in b_cubed]))
    assert found.b_cubed_recall.value == pytest.approx(np.mean([recall for _, recall in b_cubed]))


def _b_cubed(record: str, truth: dict[str, tuple[str, str]], clusters: dict[str, str]) -> tuple[float, float]:
    mates = {other for other in truth if clusters[other] == clusters[record]}
    own = {other for other in truth if truth[other][0] == truth[record][0]}
    return len(mates & own) / len(mates), len(mates & own) / len(own)


def test_a_reviewer_joins_what_is_one_child_and_nothing_else(tmp_path: Path) -> None:
    found = judged(tmp_path, "12", "3", "4", "5", "6", review=[("2", "3"), ("3", "4"), ("1", "2")])
    assert found.review is not None
    assert (found.review.pairs, found.review.same, found.review.joining) == (3, 2, 1)
    assert found.matching.recall.value == pytest.approx(1 / 4)
    assert found.review.after.recall.value == pytest.approx(3 / 4)
    assert found.review.after.impure == 0


def test_reviews_join_across_several_clusters(tmp_path: Path) -> None:
    found = judged(tmp_path, "1", "2", "3", "45", "6", review=[("1", "2"), ("2", "3")])
    assert found.review is not None and found.review.after.exact.value == 1


def test_a_queue_may_be_empty(tmp_path: Path) -> None:
    found = judged(tmp_path, "123", "45", "6", review=[])
    assert found.review is not None and found.review.after.recall.value == 1
    assert "0 pairs" in found.text()


@pytest.mark.parametrize(
    ("clusters", "told"),
    [
        (("123", "45"), "only in truth: 1"),
        (("123", "45", "6", "7"), "only in clusters: 1"),
    ],
)
def test_both_must_hold_the_same_records(tmp_path: Path, clusters: tuple[str, ...], told: str) -> None:
    with pytest.raises(LinkageError, match=told):
        judged(tmp_path, *clusters)


def test_a_record_may_be_in_one_cluster_only(tmp_path: Path) -> None:
    clusters, truth = files(tmp_path, TRUTH, {record: "x" for record in TRUTH})
    clusters.write_text(clusters.read_text(encoding="utf-8") + "1,y\n", encoding="utf-8")
    with pytest.raises(LinkageError, match="repeated in clusters: 1"):
        evaluate(clusters, truth)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    clusters, truth = files(tmp_path, TRUTH, dict.fromkeys(TRUTH, "x"))
    truth.write_text("record_id,child\n1,a\n", encoding="utf-8")
    with pytest.raises(LinkageError, match=r"truth\.csv has no column child_id"):
        evaluate(clusters, truth)


def test_a_review_of_unknown_records_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LinkageError, match="1 pairs name a record"):
        judged(tmp_path, "123", "45", "6", review=[("1", "99")])


def test_parquet_and_a_folder_of_it_read_as_csv(tmp_path: Path) -> None:
    clusters, truth = files(tmp_path, TRUTH, {"1": "x", "2": "x", "3": "y", "4": "y", "5": "z", "6": "w"})
    (tmp_path / "parts").mkdir()
    duckdb.read_csv(str(truth)).write_parquet(str(tmp_path / "parts" / "0.parquet"))
    duckdb.read_csv(str(clusters)).write_parquet(str(tmp_path / "clusters.parquet"))
    assert evaluate(tmp_path / "clusters.parquet", tmp_path / "parts") == evaluate(clusters, truth)


def test_without_homes_siblings_are_not_guessed(tmp_path: Path) -> None:
    clusters, truth = files(tmp_path, TRUTH, dict.fromkeys(TRUTH, "x"))
    pd.read_csv(truth).drop(columns="household_id").to_csv(truth, index=False)
    found = evaluate(clusters, truth)
    assert found.matching.impure_in_household is None
    assert "n/a" in found.text()


def test_intervals_know_that_pairs_of_a_cluster_fall_together(tmp_path: Path) -> None:
    """One wrong cluster of many records says less than as many wrong pairs in clusters of their own."""
    truth = {str(n): (f"c{n // 2}", "") for n in range(400)} | {f"w{n}": (f"d{n}", "") for n in range(6)}
    clusters = {record: who[0] for record, who in truth.items()} | {f"w{n}": "one" for n in range(6)}
    together = evaluate(*files(tmp_path, truth, clusters)).matching.precision
    truth = {str(n): (f"c{n // 2}", "") for n in range(400)} | {f"w{n}": (f"d{n}", "") for n in range(30)}
    clusters = {record: who[0] for record, who in truth.items()} | {f"w{n}": f"t{n // 2}" for n in range(30)}
    apart = evaluate(*files(tmp_path, truth, clusters)).matching.precision
    assert together.value == apart.value, "fifteen wrong pairs in both"
    assert together.high - together.low > 2 * (apart.high - apart.low)


def test_wilson_is_the_textbook_interval() -> None:
    found = wilson(0.9, 50)
    assert (found.low, found.high) == (pytest.approx(0.7864, abs=1e-4), pytest.approx(0.9565, abs=1e-4))


def test_a_count_of_broken_clusters_has_its_interval(tmp_path: Path) -> None:
    """As far up as the share of clusters may be: of 100, 5 seen broken may be 2.15 to 11.18, none seen 3.70."""
    truth = {f"{n}{side}": (f"c{n}", f"h{n // 2}") for n in range(105) for side in "ab"}
    clusters = {record: who[0] for record, who in truth.items()}
    clusters |= {f"{n}{side}": f"c{n - n % 2}" for n in range(10) for side in "ab"}
    found = evaluate(*files(tmp_path, truth, clusters))
    impure = found.matching.per_million(found.matching.impure, found.matching.clusters)
    per_record = 1e6 / 210
    assert (found.matching.impure, found.matching.clusters) == (5, 100)
    assert (impure.value, impure.low, impure.high) == pytest.approx(
        (5 * per_record, 2.1543 * per_record, 11.1751 * per_record), rel=1e-4
    )
    page = dict((line[:28].strip(), line[28:]) for line in found.text().splitlines())
    assert page["clusters impure"] == "5, 23809.52 per million records  10258.89 to 53214.51"
    assert page["within one household"] == page["clusters impure"], "all five are of siblings"
    assert page["children split"] == "0, 0.00 per million records  0.00 to 17647.04"


def test_the_command_prints_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clusters, truth = files(tmp_path, TRUTH, dict.fromkeys(TRUTH, "x"))
    assert cli.main(["evaluate", "linkage", "--clusters", str(clusters), "--truth", str(truth)]) == 0
    assert "pairwise precision          0.266667" in capsys.readouterr().out
