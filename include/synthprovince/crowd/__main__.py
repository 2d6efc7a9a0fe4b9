"""Command line: `python -m synthprovince.crowd OUT --children N --seed S` writes labelled records."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from synthprovince.crowd import writing


def main(arguments: Sequence[str] | None = None) -> int:
    """Write one crowd; return the exit code."""
    options = _parser().parse_args(arguments)
    began = time.monotonic()
    count = writing.write(
        options.out, options.children, options.seed, hard=options.hard, form=options.format, errors=options.errors,
        region=options.region,
    )  # fmt: skip
    print(f"{count:,} records of {options.children:,} children in {time.monotonic() - began:.1f} s: {options.out}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m synthprovince.crowd", description=__doc__)
    parser.add_argument("out", type=Path, help="folder to write to")
    parser.add_argument("--children", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--hard", action="store_true", help="a third of the numbers missing, other errors doubled")
    parser.add_argument("--format", choices=writing.FORMATS, default="csv")
    parser.add_argument("--errors", type=float, default=1.0, help="factor on all error rates (default 1)")
    parser.add_argument("--region", default="41", help="first two digits of the province's codes (default 41)")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
