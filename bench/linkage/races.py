"""Two systems on one set of records, each a process of its own, told apart by time, memory and what they got right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb

from childledger.linkage.evaluate import Evaluation, evaluate


@dataclass(frozen=True)
class Labelled:
    """Records with their truth on disk."""

    name: str
    records: Path
    truth: Path


@dataclass(frozen=True)
class Run:
    """One finished process: wall and CPU seconds, peak MB, and where its clusters are."""

    wall: float
    cpu: float
    peak_mb: float
    clusters: Path
    review: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """The median of a system's repeats on a set; all repeats gave the clusters that were evaluated."""

    system: str
    runs: list[Run]
    evaluation: Evaluation

    @property
    def wall(self) -> float:
        """Median wall seconds."""
        return median(run.wall for run in self.runs)


def crowd(
    folder: Path, children: int, seed: int, *, hard: bool = False, errors: float = 1.0, form: str = "csv"
) -> Labelled:
    """A labelled set, generated unless it is there already."""
    name = f"{children}-seed{seed}-errors{errors:g}{'-hard' if hard else ''}"
    out = folder / name
    found = Labelled(name, out / f"records.{form}", out / f"truth.{form}")
    if not found.truth.exists():
        command = ["-m", "synthprovince.crowd", str(out), "--children", str(children), "--seed", str(seed)]
        command += ["--format", form, "--errors", str(errors), *(["--hard"] if hard else [])]
        subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)
    return found


def timed(command: list[str], clusters: Path, review: Path | None = None) -> Run:
    """Run a command to its end; CalledProcessError if it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, clusters, review)


def ours(labelled: Labelled, folder: Path) -> Run:
    """`childledger link` from file to clusters."""
    clusters, review = folder / "ours.csv", folder / "ours-review.csv"
    command = [sys.executable, "-m", "childledger.cli", "link", "--records", str(labelled.records)]
    return timed([*command, "--out", str(clusters), "--review", str(review)], clusters, review)


def split(labelled: Labelled) -> tuple[Path, Path]:
    """Folders of one record in a hundred, and of all others."""
    rest, day = (labelled.records.parent / name for name in ("rest", "day"))
    for folder, condition in ((rest, "<>"), (day, "=")):
        folder.mkdir(exist_ok=True)
        records = duckdb.read_parquet(str(labelled.records / "*.parquet"))
        records.filter(f"hash(record_id) % 100 {condition} 0").write_parquet(str(folder / "part.parquet"))
    return rest, day


def kept(records: Path, folder: Path, state: Path) -> Run:
    """`childledger link` with a state."""
    clusters = folder / "kept.csv"
    command = [sys.executable, "-m", "childledger.cli", "link", "--records", str(records), "--out", str(clusters)]
    return timed([*command, "--state", str(state)], clusters)


def plain(labelled: Labelled, folder: Path, threshold: float) -> Run:
    """The anchor, from file to clusters, without a look at the truth."""
    clusters = folder / "plain.csv"
    command = [sys.executable, "-m", "bench.linkage.plain", "--records", str(labelled.records)]
    return timed([*command, "--out", str(clusters), "--threshold", str(threshold)], clusters)


def best_threshold(labelled: Labelled, folder: Path) -> float:
    """The threshold that serves the anchor best on a set, by F1 and the truth."""
    command = [sys.executable, "-m", "bench.linkage.plain", "--records", str(labelled.records)]
    command += ["--out", str(folder / "plain.csv"), "--truth", str(labelled.truth)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(json.loads(told)["threshold"])


def race(labelled: Labelled, folder: Path, repeats: int, *, with_plain: bool = True) -> list[Outcome]:
    """Both systems in turn, `repeats` times, so that a busy minute hits both."""
    threshold = best_threshold(labelled, folder) if with_plain else 0.0
    runs: dict[str, list[Run]] = {"ours": [], "plain": []}
    for _ in range(repeats):
        runs["ours"].append(ours(labelled, folder))
        if with_plain:
            runs["plain"].append(plain(labelled, folder, threshold))
    return [
        Outcome(system, done, evaluate(done[-1].clusters, labelled.truth, done[-1].review))
        for system, done in runs.items()
        if done
    ]


HEADINGS = (
    "set", "system", "wall s", "cpu s", "peak MB", "precision", "recall", "after review", "queue/1000",
    "siblings/million",
)  # fmt: skip


def row(name: str, outcome: Outcome) -> list[str]:
    """One line of the table, as HEADINGS has it."""
    found, queue = outcome.evaluation.matching, outcome.evaluation.review
    last = outcome.runs[-1]
    merged = found.impure_in_household
    return [
        name, outcome.system, f"{outcome.wall:.1f}", f"{median(run.cpu for run in outcome.runs):.1f}",
        f"{last.peak_mb:.0f}", f"{found.precision.value:.6f}", f"{found.recall.value:.6f}",
        f"{queue.after.recall.value:.6f}" if queue else "-",
        f"{queue.pairs * 1e3 / found.records:.2f}" if queue else "-",
        "n/a" if merged is None else f"{found.per_million(merged, found.clusters).value:.1f}",
    ]  # fmt: skip


def table(rows: list[list[str]]) -> str:
    """Rows under HEADINGS, columns aligned."""
    lines = [list(HEADINGS), *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEADINGS))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
