"""Matching files from the command line: link one, measure what was linked, train the model anew. No database."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from childledger.desk import Add
from childledger.settings import Settings, today

RECORDS = ("--records", {"type": Path, "required": True, "help": "CSV, Parquet or a folder of Parquet"})


def commands(add: Add) -> None:
    """Add the commands of matching to the parser."""
    add(
        "link",
        _link,
        "give every record of a file the number of its child",
        RECORDS,
        ("--out", {"type": Path, "required": True, "help": "CSV: record_id, child_id"}),
        ("--pairs", {"type": Path, "help": "CSV: the links made, with route, rule version, agreement and weight"}),
        ("--review", {"type": Path, "help": "CSV: pairs a person should see, the most probable first"}),
        ("--state", {"type": Path, "help": "file to go on from: records are then what is new or changed"}),
    )
    files = [(f"--{name}", {"type": Path, "required": name != "review"}) for name in ("clusters", "truth", "review")]
    add("evaluate", _evaluate, "a matching against the truth", ("subject", {"choices": ("linkage",)}), *files)
    add(
        "train-linkage",
        _train,
        "learn the model's rates from a file of records; the model in use stays until a person replaces it",
        RECORDS,
        ("--out", {"type": Path, "required": True, "help": "CSV: the new rates"}),
        ("--report", {"type": Path, "required": True, "help": "text: what changed and what could not be learnt"}),
    )


def _link(options: argparse.Namespace, settings: Settings) -> None:
    from childledger.linkage.link import link

    counts = link(options.records, options.out, options.pairs, options.review, options.state, today())
    print("  ".join(f"{name} {count:,}" for name, count in counts.items()))


def _evaluate(options: argparse.Namespace, settings: Settings) -> None:
    from childledger.linkage.evaluate import evaluate

    print(evaluate(options.clusters, options.truth, options.review).text())


def _train(options: argparse.Namespace, settings: Settings) -> None:
    from childledger.linkage.training import train_on_records

    for library in ("splink", "sqlglot"):  # the report says what their hundreds of lines say
        logging.getLogger(library).setLevel(logging.ERROR)
    train_on_records(options.records, options.out, options.report, today())
    print(options.report.read_text(encoding="utf-8"))
