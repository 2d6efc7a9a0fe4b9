"""Damage good files of all feeds in every way of the catalogue and judge the reader: no silent difference, and a yield.

`python -m bench.corruption --count 200000 --seed 1 [--jobs 2] [--only NAME …]`; exit 1 when a row was silently
different or less than 98 % of the untouched rows were accepted.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bench import catalogue, judge
from bench.goodfiles import COUNTY, File, good_file
from bench.judge import Reader, Tally
from childledger import contracts
from childledger.settings import INCLUDE

MEMORY = Path("/dev/shm")
YIELD = 0.98


def made(seed: str, names: Sequence[str], rows: tuple[int, int] = (16, 60)) -> tuple[File, str]:
    """A damaged file and the name it is sent under; the same seed gives the same bytes."""
    rng = Random(seed)
    if not _FEEDS:
        _FEEDS.extend(sorted(contracts.load_all(INCLUDE / "feeds").items()))
    feed, _ = rng.choice(_FEEDS)
    tabs = rng.random() < 0.2
    contract = _with_delimiter(feed, "\t" if tabs else rng.choice((",", ",", ",", ";", "|")))
    file = good_file(contract, rng, rng.randint(*rows))
    file.knows_county = rng.random() < 0.5
    catalogue.damage(file, rng, list(names), rows[0] // 2)
    title = f"{contract.title}_{COUNTY}_20260630" if file.knows_county else "数据"
    return file, title + (".tsv" if tabs else ".csv")


_FEEDS: list[tuple[str, contracts.Contract]] = []
_DELIMITED: dict[tuple[str, str], contracts.Contract] = {}


def _with_delimiter(feed: str, delimiter: str) -> contracts.Contract:
    if (feed, delimiter) not in _DELIMITED:
        _DELIMITED[feed, delimiter] = replace(dict(_FEEDS)[feed], delimiter=delimiter)
    return _DELIMITED[feed, delimiter]


def run(
    seed: str, count: int, names: Sequence[str], read: Reader = judge.read, rows: tuple[int, int] = (16, 60)
) -> Tally:
    """Judge at least `count` corruptions, drawn from a seed; every exception of the reader is let through."""
    tally = Tally()
    number = 0
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        while tally.runs[""] < count:
            number += 1
            if number > 100 + 20 * count:
                raise ValueError(f"nothing to damage by {', '.join(names)}")
            file, title = made(f"{seed}:{number}", names, rows)
            path = Path(folder) / title
            path.write_bytes(file.data())
            tally.add(f"{seed}:{number}", file, judge.judge(file, read(path, file.contract)))
    return tally


def page(tally: Tally) -> list[str]:
    """Figures by corruption, and the sums."""
    text = [f"{'corruption':36} {'runs':>7} {'silent':>7} {'held back':>9} {'refused':>8} {'yield':>8}"]
    for name in sorted(set(tally.runs) - {""}):
        figures = (tally.runs[name], tally.silent[name], tally.held_back[name], tally.refused[name])
        text.append("{:36} {:7} {:7} {:9} {:8}".format(name, *figures) + f" {tally.share(name):8.2%}")
    text.append(f"{'all':36} {tally.runs['']:7} {tally.silent['']:7} {'':9} {'':8} {tally.share():8.2%}")
    return text + [f"SILENT {example}" for example in tally.examples[:20]]


def main() -> int:
    """Run, print, and say by the exit code whether the bar was met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    names = options.only or sorted(catalogue.load())
    began, share = time.monotonic(), 2000
    parts = [(f"{options.seed}.{part}", min(share, options.count), names) for part in range(-(-options.count // share))]
    tally = Tally()
    with get_context("spawn").Pool(options.jobs) as workers:
        for done in workers.imap_unordered(_part, parts):
            tally.merge(done)
    print("\n".join(page(tally)))
    print(f"{time.monotonic() - began:.0f} s, {len(set(tally.runs)) - 1} kinds, seed {options.seed}")
    return int(tally.silent[""] > 0 or tally.share() < YIELD)


def _part(part: tuple[str, int, Sequence[str]]) -> Tally:
    return run(*part)


if __name__ == "__main__":
    sys.exit(main())
