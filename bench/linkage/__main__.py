"""Ours beside the plain anchor on the same records in the same run, part by part.

    python -m bench.linkage accuracy   three seeds and error rates, and the hard set, 100,000 children each
    python -m bench.linkage speed      200,000 children (1 M records), both systems in turn, medians and their ratio
    python -m bench.linkage scale      5,000,000 children (25 M records); the anchor only with --with-plain
    python -m bench.linkage delta      one record in a hundred of --children against a state of all the others
    python -m bench.linkage febrl      febrl1-4 as published, a person model of their columns beside Splink's examples

Sets are generated once into the folder and kept. Times are of whole processes, from file to clusters.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.linkage import febrl, races

ACCURACY = ((201, 1.0, False), (202, 0.7, False), (203, 1.5, False), (204, 1.0, True))
"""Seed, factor on the error rates, hard; none is the anchor's or ours to train on."""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    for part in options.parts:
        print(f"== {part}")
        PARTS[part](options)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.linkage", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="+", choices=list(PARTS))
    parser.add_argument("--folder", type=Path, default=Path(".childledger/bench"), help="sets and results")
    parser.add_argument("--repeats", type=int, default=3, help="of each system, in speed")
    parser.add_argument("--children", type=int, default=5_000_000, help="of delta")
    parser.add_argument("--with-plain", action="store_true", help="let the anchor try 25 M records as well")
    return parser


def accuracy(options: argparse.Namespace) -> None:
    """What each system gets right."""
    rows = []
    for seed, errors, hard in ACCURACY:
        labelled = races.crowd(options.folder, 100_000, seed, hard=hard, errors=errors)
        rows += [races.row(labelled.name, outcome) for outcome in races.race(labelled, options.folder, 1)]
    print(races.table(rows))


def speed(options: argparse.Namespace) -> None:
    """A million records: the ratio of medians."""
    labelled = races.crowd(options.folder, 200_000, 201)
    ours, plain = races.race(labelled, options.folder, options.repeats)
    print(races.table([races.row(labelled.name, outcome) for outcome in (ours, plain)]))
    print(f"ours takes {ours.wall / plain.wall:.2f} of the anchor's time (medians of {options.repeats})")


def scale(options: argparse.Namespace) -> None:
    """A province."""
    labelled = races.crowd(options.folder, 5_000_000, 205, form="parquet")
    outcomes = races.race(labelled, options.folder, 1, with_plain=options.with_plain)
    print(races.table([races.row(labelled.name, outcome) for outcome in outcomes]))


def delta(options: argparse.Namespace) -> None:
    """A day's records against standing clusters, beside the full run that made those."""
    labelled = races.crowd(options.folder, options.children, 205, form="parquet")
    rest, day = races.split(labelled)
    state = options.folder / "state.duckdb"
    state.unlink(missing_ok=True)
    full, daily = (races.kept(records, options.folder, state) for records in (rest, day))
    for name, run in (("full", full), ("day", daily)):
        print(f"{name:<6}{run.wall:9.1f} s wall {run.cpu:9.1f} s cpu {run.peak_mb:9.0f} MB")
    print(f"a day takes {daily.wall / full.wall:.3f} of the full run")


def public_sets(options: argparse.Namespace) -> None:
    """febrl1-4."""
    print(febrl.table())


PARTS: dict[str, Callable[[argparse.Namespace], None]] = {
    "accuracy": accuracy,
    "speed": speed,
    "scale": scale,
    "delta": delta,
    "febrl": public_sets,
}


if __name__ == "__main__":
    raise SystemExit(main())
