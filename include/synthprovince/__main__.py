"""Command line: `python -m synthprovince drop` puts the next round into the landing zone and says what it put there."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from childledger.settings import Settings
from synthprovince.rounds import CHILDREN, COUNTIES, SEED, drop


def main(arguments: Sequence[str] | None = None) -> int:
    """Drop one round; return the exit code."""
    options = _parser().parse_args(arguments)
    places = {"CHILDLEDGER_HOME": options.home, "CHILDLEDGER_LANDING": options.landing}
    settings = Settings.load({**os.environ, **{name: str(path) for name, path in places.items() if path}})
    dropped = drop(settings, seed=options.seed, children=options.children, counties=options.counties)
    print(
        f"round {dropped.number}, data date {dropped.as_of}: {dropped.row_count:,} rows in {len(dropped.files)} files "
        f"of {len(dropped.counties)} counties; truth in {dropped.truth}"
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m synthprovince", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("drop", help="drop the next round of files")
    command.add_argument("--seed", type=int, help=f"which province, first round only (default {SEED})")
    command.add_argument("--children", type=int, help=f"its size, first round only (default {CHILDREN})")
    command.add_argument("--counties", type=int, help=f"counties that send, first round only (default {COUNTIES})")
    command.add_argument("--landing", type=Path, help="landing zone (default CHILDLEDGER_LANDING)")
    command.add_argument("--home", type=Path, help="state, truth and queues (default CHILDLEDGER_HOME)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
