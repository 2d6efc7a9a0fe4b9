"""What is really true, written beside the landing zone for evaluation; the product never reads it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from synthprovince.chance import Table
from synthprovince.offices import File

RECORDS = ("round", "department", "county_code", "file", "line_number", "feed", "uid", "errors")
CHILDREN = (
    "uid", "home", "name", "former_name", "id_number", "birth", "sex", "ethnicity", "twin", "hukou", "residence",
    "since", "prior", "left_on", "father", "mother", "guardian", "guardian_id", "phone", "died", "lives_with",
    "guardian_status", "assistance", "self_referral", "disability_type", "disability_grade", "vagrancy",
    "behaviour_concern", "dropped_out",
)  # fmt: skip


def folder(home: Path, number: int) -> Path:
    """Where the truth of a round is kept."""
    return home / "synthprovince" / "truth" / f"round-{number:03d}"


def write_records(folder: Path, number: int, feed_files: Iterable[tuple[str, File]]) -> None:
    """records.csv: for each line that holds a child, which child and what was spoiled (`kind:column`, semicolons)."""
    lines: list[Sequence[object]] = []
    for feed, file in feed_files:
        department, county, _, name = file.path.parts
        cells = zip(file.line_numbers.tolist(), file.rows["uid"].tolist(), file.rows["errors"], strict=True)
        lines += [(number, department, county, name, line, feed, uid, errors) for line, uid, errors in cells]
    _write(folder / "records.csv", RECORDS, lines)


def write_children(folder: Path, people: Table) -> None:
    """children.csv: every child under eighteen as it really is in this round."""
    columns = [people[name].astype(object).tolist() for name in CHILDREN]
    _write(folder / "children.csv", CHILDREN, zip(*columns, strict=True))


def write_json(path: Path, value: Any) -> None:
    """Write a value for people and tests to read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write(path: Path, heading: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(lines)
