"""Damaged files of every kind: no row is silently another one, nothing raises, and what was not touched is accepted."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from bench import catalogue, judge
from bench.corruption import YIELD, made, page, run
from bench.judge import Reading, Tally

from childledger.contracts import Contract

SMALL = (8, 16)
"""Rows of a file here; the nightly `python -m bench.corruption` uses more of both."""
EACH = 20
KINDS = sorted(catalogue.load())
OF_FILE = [name for name in KINDS if catalogue.load()[name].of_file]
OF_ROW = [name for name in KINDS if name not in OF_FILE]


def test_the_catalogue_is_large() -> None:
    assert len(KINDS) >= 40


def test_the_same_seed_makes_the_same_bytes() -> None:
    assert made("seed", KINDS)[0].data() == made("seed", KINDS)[0].data()


def test_good_files_are_read_as_they_stand() -> None:
    """In every dialect; only the last row of a file without a last line end may be held back."""
    tally = Tally()
    for number in range(60):
        file, title = made(f"good:{number}", [], SMALL)
        verdict = _judged(file, title)
        assert not verdict.silent and not verdict.refusal
        assert verdict.untouched - verdict.accepted_untouched <= (0 if file.dialect.has_last_end else 1)
        tally.add(title, file, verdict)
    assert tally.share() > YIELD


def _judged(file: judge.File, title: str) -> judge.Verdict:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / title
        path.write_bytes(file.data())
        return judge.judge(file, judge.read(path, file.contract))


@pytest.mark.parametrize("name", OF_FILE)
def test_no_damage_to_a_file_is_silent(name: str) -> None:
    tally = run(f"of file:{name}", EACH, [name], rows=SMALL)
    assert tally.runs[name] >= EACH
    assert not tally.silent[""], "\n".join(page(tally))


def test_no_damage_to_rows_is_silent() -> None:
    """Many kinds in one file, each at least as often as the others; the yield is printed."""
    tally = Tally()
    for name in OF_ROW:
        tally.merge(run(f"of row:{name}", EACH, [name], rows=SMALL))
    tally.merge(run("mixed", 600, KINDS, rows=SMALL))
    print("\n".join(page(tally)))
    assert min(tally.runs[name] for name in OF_ROW) >= EACH
    assert tally.silent[""] == 0
    assert tally.share() >= YIELD


def test_a_key_is_the_same_however_its_day_is_written() -> None:
    """Seeds of the nightly run in which one of two copies of a row had its date in another style."""
    for seed in ("2.47:19", "2.54:23", "2.73:415", "2.87:111"):
        file, title = made(seed, KINDS)
        assert not _judged(file, title).silent, seed


def _unjudged(rows: list[list[str]], columns: list[str], contract: Contract) -> Reading:
    """What a reader without findings made of a file, its columns put in the contract's order."""
    order = [columns.index(column.name) if column.name in columns else -1 for column in contract.columns]
    told = [[number, *("" if at < 0 or at >= len(cells) else cells[at] for at in order)] for number, *cells in rows]
    return Reading(told, set(), dict.fromkeys(("physical", "accepted"), len(told)), "planted")


def _names(headings: list[str], contract: Contract) -> list[str]:
    known = {heading: column.name for column in contract.columns for heading in column.headings}
    return [known.get(heading, "") for heading in headings]


def _text(path: Path) -> str:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("gb18030", errors="replace")


def by_csv_module(path: Path, contract: Contract) -> Reading:
    """The standard library's reader, which pads nothing and checks nothing."""
    delimiter = "\t" if path.suffix == ".tsv" else contract.delimiter
    reader = csv.reader(_text(path).splitlines(keepends=True), delimiter=delimiter)
    header = next(reader, [])
    return _unjudged([[str(reader.line_num), *cells] for cells in reader], _names(header, contract), contract)


def by_pandas(path: Path, contract: Contract) -> Reading:
    """pandas as most pipelines call it: short rows are padded, long ones are skipped."""
    delimiter = "\t" if path.suffix == ".tsv" else contract.delimiter
    lines = [line for line in _text(path).splitlines() if line]
    try:
        text = io.StringIO("\n".join(lines))
        frame = pd.read_csv(text, sep=delimiter, dtype=str, keep_default_na=False, on_bad_lines="skip")
    except pd.errors.ParserError:
        return _unjudged([], [], contract)
    rows = [[str(at), *cells] for at, cells in enumerate(frame.astype(str).to_numpy().tolist(), 2)]
    return _unjudged(rows, _names(list(frame.columns), contract), contract)


@pytest.mark.parametrize("planted", [by_csv_module, by_pandas])
def test_a_reader_that_lies_is_caught(planted: judge.Reader) -> None:
    """The judge can fail: readers in use everywhere are silently wrong for many kinds of damage."""
    kinds = ["delimiter_added", "delimiter_lost", "cells_shifted_left", "date_as_serial", "id_with_one_wrong_digit",
             "quote_not_closed", "row_cut_short", "utf8_read_as_latin", "last_digits_zero"]  # fmt: skip
    tally = Tally()
    for name in kinds:
        tally.merge(run(f"planted:{name}", EACH, [name], planted, SMALL))
    caught = [name for name in kinds if tally.silent[name]]
    assert len(caught) >= 6, caught
