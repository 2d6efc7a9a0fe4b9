"""Workbooks made to harm, or found broken by other projects: each ends in rows or a code, and none harms us.

The corpora are not ours to publish. They are looked for in CHILDLEDGER_CORPORA, else in shared/corpora beside the
clone. The seven attacks are also made anew, so that they are tested anywhere.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import books
from childledger.errors import FeedError
from childledger.messages import FILES
from childledger.settings import INCLUDE
from childledger.workbook import read_rows

CORPORA = Path(os.environ.get("CHILDLEDGER_CORPORA") or INCLUDE.parent.parent / "shared" / "corpora")
TYPES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".html", ".zip")
MEGABYTE = 1 << 20

READ_ALL = """
import json, resource, sys
from pathlib import Path
from childledger.errors import FeedError
from childledger.workbook import read_rows

verdicts = {}
for path in map(Path, sys.argv[1:]):
    rows = 0
    try:
        for row in read_rows(path, "xls" if path.suffix == ".xls" else "xlsx", 30):
            rows += 1
        verdicts[path.name] = [rows, ""]
    except FeedError as refusal:
        verdicts[path.name] = [rows, refusal.code]
# not its rusage, which counts the process it was forked from
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({"verdicts": verdicts, "kilobytes": int(peak) + child}))
"""


def read_all(paths: list[Path]) -> dict[str, Any]:
    """Read each file in one process of its own: (rows, code) by name, and what it and its children took at most."""
    command = [sys.executable, "-c", READ_ALL, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, "a workbook harmed the process that asked for it"
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["kilobytes"] * 1024 < 512 * MEGABYTE
    return found["verdicts"]  # type: ignore[no-any-return]


def foreign(*names: str) -> list[Path]:
    """Files of corpora; the test is skipped, loudly, where they are not."""
    if not CORPORA.is_dir():
        pytest.skip("no corpora: name their folder in CHILDLEDGER_CORPORA")
    found = sorted(path for name in names for path in (CORPORA / name).rglob("*") if path.suffix in TYPES)
    assert found
    return found


EXPECTED = {
    "billion_laughs": [0, "UNREADABLE_WORKBOOK"],
    "xxe": [0, "UNREADABLE_WORKBOOK"],
    "bomb_onecell": [0, "WORKBOOK_LIMIT"],
    "bomb_rows": [0, "WORKBOOK_LIMIT"],
    "sparse": [1, "WORKBOOK_GAP"],
    "zip_slip": [0, "UNREADABLE_WORKBOOK"],
    "formula_and_float_id": [3, ""],
}


def test_attacks_made_here(tmp_path: Path) -> None:
    paths = []
    for name, content in books.attacks().items():
        paths.append(tmp_path / name)
        paths[-1].write_bytes(content)
    assert read_all(paths) == EXPECTED
    assert not Path("/tmp/evil.txt").exists()


def test_attacks_of_the_corpus() -> None:
    verdicts = read_all(foreign("generated-xlsx-attacks"))
    assert len(verdicts) == len(EXPECTED)
    for name, (_, code) in EXPECTED.items():
        assert [told for file, (_, told) in verdicts.items() if file.startswith(name)] == [code], name


def test_workbooks_of_others() -> None:
    verdicts = read_all(foreign("calamine", "messytables"))
    codes = {name: code for name, (_, code) in verdicts.items()}
    assert set(codes.values()) - {""} <= set(FILES)
    assert "WORKBOOK_LIMIT" not in codes.values(), "none of them is large"
    for name, code in codes.items():
        if name.endswith((".ods", ".html", ".zip")):
            assert code == "WRONG_CONTENT", name
    locked = ("pass_protected.xlsx", "issue_385.xls", "encrypted_no_password.xls")
    assert [codes[name] for name in locked] == ["ENCRYPTED_WORKBOOK"] * 3
    broken = {name for name, code in codes.items() if code == "UNREADABLE_WORKBOOK"}
    assert broken == {
        "OOM_alloc3.xls",
        "gh548_incorrect_sst_unique_count.xls",
        "issue252.xlsx",
        "too_small.xls",
    }


def test_no_cell_is_lost_that_openpyxl_finds() -> None:
    """Another reader, other code: the same cells with the same texts. What only we can read is left aside."""
    compared = 0
    for path in foreign("calamine", "messytables"):
        if path.suffix not in (".xlsx", ".xlsm"):
            continue
        try:
            ours, theirs = _ours(path), _openpyxl(path)
        except (FeedError, KeyError, IndexError):
            continue
        assert ours.keys() == theirs.keys(), path.name
        texts = {place: text.replace("_x000D_", "\r") for place, text in theirs.items() if isinstance(text, str)}
        assert texts == {place: ours[place] for place in texts}, path.name
        compared += 1
    assert compared > 50


def _ours(path: Path) -> dict[tuple[int, int], str]:
    first = (row for row in read_rows(path, "xlsx", 30) if row.sheet == 0)
    return {(row.number, n): text for row in first for n, text in enumerate(row.cells, 1) if text.strip()}


def _openpyxl(path: Path) -> dict[tuple[int, int], Any]:
    with warnings.catch_warnings(action="ignore"), path.open("rb") as stream:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        sheet = visible[0]
        sheet.reset_dimensions()
        lines = enumerate(sheet.iter_rows(values_only=True), 1)
        return {(n, m): v for n, cells in lines for m, v in enumerate(cells, 1) if v is not None and str(v).strip()}


def test_systems_agree_on_the_day() -> None:
    wanted = {"date.xlsx", "date_1904.xlsx", "date.xls", "date_1904.xls"}
    for path in foreign("calamine"):
        if path.name in wanted:
            first = next(read_rows(path, path.suffix[1:], 30))
            assert first.cells[0] == "2021-01-01", path.name
            wanted.remove(path.name)
    assert not wanted
