"""Text corpora nobody here wrote: csv-spectrum is read exactly or held back, naughty strings come out byte for byte.

Looked for where test_workbooks.py looks; skipped, loudly, where they are not.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from childledger import checking, contracts, records
from childledger.contracts import Contract
from childledger.settings import INCLUDE
from office import COUNTY, contract, pupil, resident_id

CORPORA = Path(os.environ.get("CHILDLEDGER_CORPORA") or INCLUDE.parent.parent / "shared" / "corpora")
SPECTRUM = sorted(path.stem for path in (CORPORA / "csv-spectrum" / "csvs").glob("*.csv"))
TEXTS = ("name", "address", "guardian_name", "school_name", "grade")

pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason="no corpora: name their folder in CHILDLEDGER_CORPORA")


def checked(path: Path, contract: Contract) -> tuple[checking.Check, list[list[str]]]:
    text = io.StringIO(newline="")
    told = checking.check(path, contract, date(2026, 6, 30), seconds=30, max_bytes=1 << 30, accepted=text)
    text.seek(0)
    assert told.lines["physical"] == sum(
        told.lines[n] for n in ("header", "blank", "continued", "accepted", "held_back")
    )
    return told, list(csv.reader(text))[1:]


def plain_contract(folder: Path, columns: list[str]) -> Contract:
    """Any ODCS contract with these columns of text, whose cells may hold line breaks."""
    path = folder / "spectrum.odcs.yaml"
    properties = [{"name": f"c{n}", "businessName": name, "logicalType": "string"} for n, name in enumerate(columns)]
    data = {
        "apiVersion": "v3.1.0", "kind": "DataContract", "id": "spectrum", "version": "1.0.0", "status": "active",
        "schema": [{"name": "spectrum", "properties": properties}],
        "customProperties": [{"property": "quotedLineBreaks", "value": True}],
    }  # fmt: skip
    path.write_text(json.dumps(data), encoding="utf-8")
    return contracts.load(path, of_ledger=False)


@pytest.mark.parametrize("name", SPECTRUM)
def test_csv_spectrum_is_read_exactly_or_held_back(tmp_path: Path, name: str) -> None:
    source = CORPORA / "csv-spectrum" / "csvs" / f"{name}.csv"
    stated = json.loads((CORPORA / "csv-spectrum" / "json" / f"{name}.json").read_text("utf-8"))
    expected: list[dict[str, str]] = stated if isinstance(stated, list) else [stated]
    columns = list(expected[0])
    told, rows = checked(source, plain_contract(tmp_path, columns))
    found = [dict(zip(columns, cells, strict=True)) for _, *cells in rows]
    if name == "newlines_crlf":  # states CR LF where its file has LF within a cell
        expected = [{key: cell.replace("\r\n", "\n") for key, cell in row.items()} for row in expected]
    held_back = iter(expected)
    assert all(row in held_back for row in found), "rows in their order, none of them another"
    assert len(found) + told.lines["held_back"] == len(expected)
    errors = {finding.code for finding in told.findings if finding.severity == "error"}
    assert errors <= ({"QUOTE_UNCERTAIN"} if name == "location_coordinates" else {"LAST_LINE_CUT"})


def naughty() -> list[str]:
    return json.loads((CORPORA / "blns" / "blns.json").read_text("utf-8"))


def test_naughty_strings_come_out_byte_for_byte(tmp_path: Path) -> None:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for column in TEXTS:
        path = tmp_path / f"{column}.csv"
        lines = write(path, column)
        told, rows = checked(path, contract("education.enrolment"))
        place = 1 + [c.name for c in told.contract.columns].index(column)
        accepted = {int(row[0]): row[place] for row in rows}
        findings = {(finding.line, name) for finding in told.findings for name in ("", finding.column)}
        for line, text in lines.items():
            counts[column][verdict(accepted.get(line), text, findings, line, column)] += 1
    print(json.dumps(counts, indent=1))
    assert not any(count["silent"] for count in counts.values())
    assert all(count["identical"] > len(naughty()) * 0.8 for count in counts.values())


def verdict(read: str | None, sent: str, findings: set[tuple[int, str]], line: int, column: str) -> str:
    if read is None:
        return "held back" if (line, "") in findings else "silent"
    if read.encode() == sent.encode():
        return "identical"
    if read == sent.removeprefix(records.TEXT_MARK) and (line, column) in findings:
        return "unmarked"
    return "read as nothing" if not read and (not sent or (line, column) in findings) else "silent"


def write(path: Path, column: str) -> dict[int, str]:
    """Write one good row per string, the string in one of its cells; line → string."""
    lines: dict[int, str] = {}
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    columns = contract("education.enrolment").columns
    writer.writerow([c.heading for c in columns])
    for number, string in enumerate(naughty(), 1):
        lines[text.getvalue().count("\n") + 1] = string
        identity = resident_id("411681", f"2015{number % 12 + 1:02d}15", number % 900 + 1)
        row: dict[str, Any] = pupil(number, school_roll_number=f"G{identity}", **{column: string})
        row["residence_code"] = COUNTY
        writer.writerow([row.get(c.name, "") for c in columns])
    path.write_bytes(text.getvalue().encode("utf-8-sig", "surrogatepass"))
    return lines
