"""The anchor: Splink 5 as a competent reader of its documentation would use it, pre-trained, on the same records.

    python -m bench.linkage.plain --records PATH --out CLUSTERS.csv [--truth TRUTH.csv] [--threshold 0.999]
    python -m bench.linkage.plain --records PATH --train

Prints one JSON object: seconds and CPU seconds by phase, peak memory. With the truth at hand the threshold is the best
of four by F1, a favour to the anchor. The model is trained on a seed of its own (plain_model.json) and never per run.
"""

from __future__ import annotations

import argparse
import json
import logging
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.internals.splink_dataframe import SplinkDataFrame

from childledger.linkage.evaluate import evaluate

HERE = Path(__file__).parent
MODEL = HERE / "plain_model.json"
THRESHOLDS = (0.99, 0.999, 0.9999, 0.99999)

BLOCKING = [
    block_on("id_number"),
    block_on("name", "birth_date"),
    block_on("phone", "surname"),
    block_on("name", "guardian_name"),
    block_on("birth_date", "phone"),
    block_on("birth_date", "guardian_name"),
    block_on("birth_certificate"),
    block_on("vaccination_code"),
    block_on("school_roll_number"),
]

NAME = cl.CustomComparison(
    output_column_name="name",
    comparison_levels=[
        cll.NullLevel("name"),
        cll.ExactMatchLevel("name", term_frequency_adjustments=True),
        cll.LevenshteinLevel("name", 1),
        cll.JaroWinklerLevel("name", 0.7),
        cll.ElseLevel(),
    ],
)
HOUSEHOLD = cl.CustomComparison(
    output_column_name="household",
    comparison_levels=[
        cll.CustomLevel(
            """(phone_l is null or phone_r is null) and (guardian_name_l is null or guardian_name_r is null)
            and (guardian_id_l is null or guardian_id_r is null) and (address_l is null or address_r is null)""",
            "nothing to compare",
        ).configure(is_null_level=True),
        cll.CustomLevel("guardian_name_l = guardian_name_r and phone_l = phone_r", "guardian and phone"),
        cll.CustomLevel("guardian_id_l = guardian_id_r or phone_l = phone_r", "guardian's number or phone"),
        cll.CustomLevel("guardian_name_l = guardian_name_r", "guardian's name"),
        cll.CustomLevel("address_l = address_r", "address"),
        cll.ElseLevel(),
    ],
)
COUNTY = cl.CustomComparison(
    output_column_name="county",
    comparison_levels=[
        cll.CustomLevel("county_l is null or county_r is null", "missing").configure(is_null_level=True),
        cll.CustomLevel("county_l = county_r and hukou_l = hukou_r", "both places"),
        cll.CustomLevel("county_l = county_r or hukou_l = hukou_r", "one place"),
        cll.CustomLevel("left(county_l, 4) = left(county_r, 4)", "same city"),
        cll.ElseLevel(),
    ],
)
SETTINGS = SettingsCreator(
    link_type="dedupe_only",
    unique_id_column_name="unique_id",
    comparisons=[
        NAME,
        cl.DateOfBirthComparison(
            "birth_date", input_is_string=False, datetime_thresholds=[1, 1], datetime_metrics=["month", "year"]
        ),
        cl.ExactMatch("sex"),
        cl.DamerauLevenshteinAtThresholds("id_number", [1, 2]),
        HOUSEHOLD,
        COUNTY,
        cl.ExactMatch("birth_certificate"),
    ],
    blocking_rules_to_generate_predictions=BLOCKING,
    retain_matching_columns=False,
    retain_intermediate_calculation_columns=False,
)


class Clock:
    """Wall and CPU seconds by phase."""

    def __init__(self) -> None:
        self.phases: dict[str, dict[str, float]] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        spent = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        self.phases[name] = {key: round(seconds, 3) for key, seconds in spent.items()}

    def told(self, wanted: Sequence[str]) -> dict[str, Any]:
        """Phases and the sum of those a user would wait for."""
        total = {key: round(sum(self.phases[name][key] for name in wanted), 3) for key in ("wall", "cpu")}
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        return {"phases": self.phases, "total": total, "peak_mb": peak}


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    logging.getLogger("splink").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as spill:
        conn = duckdb.connect(str(Path(spill) / "plain.duckdb"))
        conn.execute("set memory_limit = ?", [options.memory])
        clock = Clock()
        with clock.phase("read and normalise"):
            read(conn, options.records)
            conn.execute((HERE / "normalise.sql").read_text(encoding="utf-8"))
        told = train(conn, clock) if options.train else link(conn, clock, options)
        conn.close()
    print(json.dumps(told, ensure_ascii=False))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.linkage.plain", description=__doc__)
    parser.add_argument("--records", type=Path, required=True)
    parser.add_argument("--out", type=Path, help="CSV: record_id, child_id")
    parser.add_argument("--truth", type=Path, help="choose the best threshold by F1")
    parser.add_argument("--threshold", type=float, default=0.999)
    parser.add_argument("--memory", default="11GB", help="DuckDB's memory limit")
    parser.add_argument("--train", action="store_true", help="write plain_model.json")
    return parser


def read(conn: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Make the records a view, every column as text."""
    if path.suffix == ".csv":
        conn.read_csv(str(path), all_varchar=True, header=True).create_view("records")
    else:
        conn.read_parquet(str(path / "*.parquet" if path.is_dir() else path)).create_view("records")


def train(conn: duckdb.DuckDBPyConnection, clock: Clock) -> dict[str, Any]:
    """Estimate as the documentation's tutorial does: prior from sure rules, u at random, m by EM from three sides."""
    linker = Linker(DuckDBAPI(conn).register("people"), SETTINGS, log_level=None)
    with clock.phase("train"):
        sure = [block_on("id_number"), block_on("name", "birth_date", "phone")]
        linker.training.estimate_probability_two_random_records_match(sure, recall=0.9)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e7, seed=1)
        # never by phone or guardian: EM would learn brothers and sisters as matches
        for rule in (block_on("name", "birth_date"), block_on("id_number"), block_on("birth_certificate")):
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
    linker.misc.save_model_to_json(str(MODEL), overwrite=True)
    return clock.told(["train"])


def link(conn: duckdb.DuckDBPyConnection, clock: Clock, options: argparse.Namespace) -> dict[str, Any]:
    """Score once, cluster at the threshold; with the truth, at each and keep the best."""
    with clock.phase("register"):
        linker = Linker(DuckDBAPI(conn).register("people"), MODEL, log_level=None)
    with clock.phase("block and score"):
        pairs = linker.inference.predict(threshold_match_probability=min(THRESHOLDS))
    scores: dict[float, float] = {}
    for threshold in THRESHOLDS if options.truth else ():
        _cluster(conn, linker, pairs, threshold, options.out)
        scores[threshold] = evaluate(options.out, options.truth).matching.f1
    best = max(scores, key=lambda threshold: scores[threshold]) if scores else options.threshold
    with clock.phase("cluster and write"):
        _cluster(conn, linker, pairs, best, options.out)
    told = clock.told(["read and normalise", "register", "block and score", "cluster and write"])
    count = conn.sql("select count(*) from people").fetchall()[0][0]
    return told | {"threshold": best, "f1": {str(key): value for key, value in scores.items()}, "records": count}


def _cluster(
    conn: duckdb.DuckDBPyConnection, linker: Linker, pairs: SplinkDataFrame, threshold: float, out: Path
) -> None:
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=threshold)
    table = conn.table(found.physical_name)
    table.project("unique_id as record_id, cluster_id as child_id").write_csv(str(out))
    found.drop_table_from_database_and_remove_from_cache()


if __name__ == "__main__":
    raise SystemExit(main())
