"""The model and the blocking rules run on Spark as they are: the same pairs and weights as on DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from splink import DuckDBAPI, Linker

from childledger.linkage import model
from invented import profiles

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

CHANCE = 1e-5


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """Spark with two threads, little memory and everything it writes in a folder of the test; its Java ends with it."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    home = tmp_path_factory.mktemp("spark")
    settings = {
        "spark.driver.memory": "512m",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",  # 200 empty tasks a join otherwise
        "spark.sql.codegen.wholeStage": "false",  # compiling takes longer than a few thousand rows do
        "spark.sql.warehouse.dir": str(home / "warehouse"),
        "spark.local.dir": str(home / "local"),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    }
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setCheckpointDir(str(home / "checkpoints"))
    yield session
    java = session.sparkContext._gateway
    session.stop()  # which leaves Java running until Python ends
    java.shutdown()
    java.proc.stdin.close()
    java.proc.wait(timeout=30)
    SparkContext._gateway = SparkContext._jvm = None


def on_duckdb(path: Path) -> pa.Table:
    connection = duckdb.connect()
    connection.read_parquet(str(path)).create("profiles")
    linker = Linker(DuckDBAPI(connection).register("profiles"), model.settings(CHANCE), log_level=None)
    return linker.inference.predict(warning_mode="never").as_pyarrow_table()


def on_spark(spark: SparkSession, path: Path) -> pa.Table:
    from splink import SparkAPI

    api = SparkAPI(spark_session=spark, register_udfs_automatically=False)
    linker = Linker(api.register(spark.read.parquet(str(path))), model.settings(CHANCE), log_level=None)
    return linker.inference.predict(warning_mode="never").as_spark_dataframe().toArrow()


def told(found: pa.Table) -> list[tuple[object, ...]]:
    """Pairs with what each comparison weighs, the frequency of the name included."""
    weights = sorted(name for name in found.column_names if name.startswith(("mw_", "match_weight")))
    rows = found.select(["unit_l", "unit_r", "match_key", *weights]).to_pylist()
    return sorted(
        tuple(round(value, 6) if isinstance(value, float) else value for value in row.values()) for row in rows
    )


def test_spark_finds_and_weighs_the_same_pairs(spark: SparkSession, tmp_path: Path) -> None:
    path = tmp_path / "profiles.parquet"
    pq.write_table(profiles(1500), path)
    expected, found = on_duckdb(path), on_spark(spark, path)
    assert told(found) == told(expected)
    assert len(expected) > 2500
    for comparison in ("name", "birth", "household", "place"):
        seen = {round(value, 6) for value in expected[f"mw_{comparison}"].to_pylist()}
        assert len(seen) >= len(model.vocabulary()[comparison]) - 2, f"the sample says too little of {comparison}"
