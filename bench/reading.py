"""Speed of reading: bytes of a clean 20-column CSV to typed Parquet, as staging does it, beside mainstream readers.

`python -m bench.reading [--rows 1000000] [--more 4000000] [--times 3]`: every reader on one thread, in a process of its
own, in turns; prints rows a second by CPU time and by the clock, the ratio to the fastest other, and peak memory.
Others only split and type: they check no rule, and DuckDB and Polars read no GB18030 as a stream (said in the table).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from childledger import contracts
from childledger.records import WEIGHTS

CONTRACT = Path(__file__).with_name("roll.odcs.yaml")
BLOCK = 100_000
DAYS = ("birth_date", "enrolled_on", "checked_on")


def write(path: Path, rows: int, encoding: str) -> None:
    """Write a clean file; every row differs."""
    names = [column.name for column in contracts.load(CONTRACT, of_ledger=False).columns]
    with path.open("wb") as file:
        file.write((",".join(names) + "\r\n").encode(encoding))
        for first in range(0, rows, BLOCK):
            numbers = np.arange(first, min(first + BLOCK, rows))
            lines = pc.binary_join_element_wise(*_columns(numbers), ",")
            text = "\r\n".join(lines.to_pylist()) + "\r\n"
            file.write(text.encode(encoding))


def _columns(numbers: Any) -> list[pa.Array]:
    def words(text: str, step: int) -> pa.Array:
        listed = pa.array(text.split())
        return listed.take(pa.array(numbers // step % len(listed)))

    def made(pattern: str, values: Any) -> pa.Array:
        return pa.array([pattern.format(value) for value in values.tolist()])

    def days(since: str, count: int) -> pa.Array:
        return pa.array((np.datetime64(since) + numbers * 7 % count).astype(str))

    births = np.datetime64("2011-01-01") + numbers * 7 % 4800
    sequences = numbers // 4800 % 899 + 101
    identities = _identities("410105", births, sequences)
    sexes = pa.array(["女", "男"]).take(pa.array(sequences % 2))
    adults = _identities("411681", np.datetime64("1980-01-01") + numbers * 11 % 7000, numbers // 7000 % 899 + 101)
    given = "子涵 梓萱 浩宇 欣怡 伟 芳 娜 敏 静 丽 强 磊 洋 艳 勇 军 杰 娟 涛 明 超 秀 霞"
    names = pc.binary_join_element_wise(words("王 李 张 刘 陈 杨 赵 黄 周 吴 欧阳", 1), words(given, 11), "")
    address = pc.binary_join_element_wise(
        words("花园路 农业路东段 中州大道 文化路", 3), made("{}号", numbers % 997), ""
    )
    return [
        pc.binary_join_element_wise(pa.array(["G"] * len(numbers)), identities, ""),
        names, identities, pa.array(births.astype(str)), sexes, words("汉族 回族 满族 蒙古族", 2),
        words("410105 411681 411602", 5), pa.array(["410105"] * len(numbers)), words("花园路街道 庙李镇 柳林镇", 7),
        address, words("王家长 李家长 张家长", 2), adults, made("138{:08d}", numbers % 10**8),
        words("第一小学 实验小学 中心幼儿园", 13), words("一年级 二年级 三年级", 3), words("在读 在读 休学 转出", 2),
        days("2020-01-01", 2000), words("是 否", 4), days("2021-01-01", 1900), words("已核对 待补充 无异常", 17),
    ]  # fmt: skip


def _identities(region: str, births: Any, sequences: Any) -> pa.Array:
    stamps = [stamp.replace("-", "") for stamp in births.astype(str).tolist()]
    bodies = [f"{region}{stamp}{sequence:03d}" for stamp, sequence in zip(stamps, sequences.tolist(), strict=True)]
    digits = np.frombuffer("".join(bodies).encode(), np.uint8).reshape(-1, 17) - 48
    checks = np.array(list("10X98765432"))[digits.astype(np.int64) @ np.array(WEIGHTS) % 11]
    return pa.array([body + check for body, check in zip(bodies, checks.tolist(), strict=True)])


def _childledger(source: Path, target: Path, encoding: str) -> int:
    from childledger import bronze, cells, reader

    contract = contracts.load(CONTRACT, of_ledger=False)
    bindings = cells.Bindings(date(2026, 6, 30), "410105")
    found = rows = 0
    with bronze.writing(target, contract) as writer:
        for chunk in reader.read(source, contract, "csv", 0):
            read = cells.read_cells(chunk.raw(), contract, bindings)
            found += len([*chunk.findings, *read.findings(chunk.numbers, contract)])
            writer.add(chunk.numbers, read, read.accepted())
            rows += len(chunk.numbers)
    assert found < rows / 100, "the file is not clean"
    return rows


def _duckdb(source: Path, target: Path, encoding: str) -> int:
    import duckdb

    types = {name: "VARCHAR" for name in _names()} | dict.fromkeys(DAYS, "DATE")
    conn = duckdb.connect(config={"threads": 1})
    options = f"header=true, auto_detect=false, delim=',', quote='\"', columns={types}"
    conn.execute(
        f"COPY (SELECT * FROM read_csv('{source}', {options})) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
    )
    return int(conn.execute(f"SELECT count(*) FROM '{target}'").fetchall()[0][0])


def _polars(source: Path, target: Path, encoding: str) -> int:
    import polars

    schema = {name: polars.Date if name in DAYS else polars.String for name in _names()}
    if encoding == "utf-8":
        polars.scan_csv(source, schema=schema).sink_parquet(target, compression="zstd")
    else:
        polars.read_csv(source, schema=schema, encoding=encoding).write_parquet(target, compression="zstd")
    return int(polars.scan_parquet(target).select(polars.len()).collect().item())


def _pyarrow(source: Path, target: Path, encoding: str) -> int:
    from pyarrow import csv, parquet

    types = {name: pa.date32() if name in DAYS else pa.string() for name in _names()}
    options = csv.ReadOptions(use_threads=False, block_size=8 << 20, encoding=encoding)
    stream = csv.open_csv(source, options, convert_options=csv.ConvertOptions(column_types=types))
    rows = 0
    with parquet.ParquetWriter(target, stream.schema, compression="zstd") as writer:
        for batch in stream:
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


def _names() -> list[str]:
    return [column.name for column in contracts.load(CONTRACT, of_ledger=False).columns]


READERS: dict[str, Callable[[Path, Path, str], int]] = {
    "childledger": _childledger,
    "duckdb": _duckdb,
    "polars": _polars,
    "pyarrow": _pyarrow,
}


def one(name: str, source: Path, encoding: str) -> dict[str, float]:
    """Read once in this process: rows, CPU seconds, seconds by the clock, peak MB."""
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    with TemporaryDirectory() as folder:
        target = Path(folder) / "rows.parquet"
        used, began = time.process_time(), time.perf_counter()
        rows = READERS[name](source, target, encoding)
        seconds, clock = time.process_time() - used, time.perf_counter() - began
    status = Path("/proc/self/status").read_text()  # not rusage, which counts the process this one was forked from
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    return {"rows": rows, "cpu": seconds, "clock": clock, "peak": peak}


def in_child(name: str, source: Path, encoding: str) -> dict[str, float] | None:
    """The same in a process of its own; None where the reader can't read the file."""
    command = [sys.executable, "-m", "bench.reading", "--one", name, str(source), encoding]
    threads = {name: "1" for name in ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | threads)
    if done.returncode and name == "childledger":
        raise SystemExit(done.stderr)
    return None if done.returncode else json.loads(done.stdout)


def measure(folder: Path, encoding: str, rows: int, more: int, times: int) -> bool:
    """Print one table; whether the bar was met."""
    small, large = folder / f"{encoding}.csv", folder / f"{encoding}-more.csv"
    write(small, rows, encoding)
    readers = [name for name in READERS if name != "duckdb" or encoding == "utf-8"]
    taken: dict[str, list[dict[str, float]]] = {name: [] for name in readers}
    for _ in range(times):
        for name in readers:
            if found := in_child(name, small, encoding):
                assert found["rows"] == rows, (name, found)
                taken[name].append(found)
    megabytes = small.stat().st_size / 1e6
    small.unlink()
    if more:
        write(large, more, encoding)
    peaks = {name: found["peak"] for name in readers if more and (found := in_child(name, large, encoding))}
    large.unlink(missing_ok=True)
    print(f"\n{encoding}, {rows:,} rows of 20 columns, {megabytes:.0f} MB, one thread, median of {times}")
    print(f"{'':12} {'rows/s CPU':>12} {'rows/s clock':>13} {'peak MB':>9} {f'peak MB, {more:,} rows':>25}")
    speeds = {}
    for name, found in taken.items():
        if not found:
            print(f"{name:12} can't read it")
            continue
        speeds[name] = rows / statistics.median(each["cpu"] for each in found)
        clock = rows / statistics.median(each["clock"] for each in found)
        peak = max(each["peak"] for each in found)
        print(f"{name:12} {speeds[name]:12,.0f} {clock:13,.0f} {peak:9.0f} {peaks.get(name, 0):25.0f}")
    others = {name: speed for name, speed in speeds.items() if name != "childledger"}
    fastest = max(others, key=lambda name: others[name])
    ratio = others[fastest] / speeds["childledger"]
    print(f"{fastest} is {ratio:.2f} times as fast as childledger")
    return speeds["childledger"] >= 250_000 and ratio <= 3


def main() -> int:
    """Measure both encodings; exit 1 when the bar is missed: 250,000 rows a second, at most 3 times slower."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--more", type=int, default=4_000_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        name, source, encoding = options.one
        print(json.dumps(one(name, Path(source), encoding)))
        return 0
    with TemporaryDirectory() as folder:
        met = [measure(Path(folder), code, options.rows, options.more, options.times) for code in ("utf-8", "gb18030")]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
