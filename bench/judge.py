"""Whether a reader lied: every accepted row is compared with the row of the good file it claims to be.

A difference is silent when no finding on that very line and column (or on the whole line) tells of it.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from bench.catalogue import blamed
from bench.goodfiles import AS_OF, File
from childledger import checking
from childledger.contracts import Contract
from childledger.records import ethnicity_code


class Reading(NamedTuple):
    """What a reader made of a file."""

    rows: list[list[str]]
    """Line number, then cells in the contract's order, of each accepted row."""
    findings: set[tuple[int, str]]
    """(line, column) of everything told; the column is empty for a whole line."""
    counts: dict[str, int]
    refusal: str


class Silent(NamedTuple):
    """One accepted row that is not what was sent."""

    line: int
    column: str
    why: str


@dataclass
class Verdict:
    """What became of one damaged file."""

    silent: list[Silent] = field(default_factory=list)
    untouched: int = 0
    accepted_untouched: int = 0
    held_back: int = 0
    """Touched rows of which nothing was accepted."""
    refusal: str = ""


def read(path: Path, contract: Contract) -> Reading:
    """Read as `childledger check` does."""
    text = io.StringIO()
    told = checking.check(path, contract, AS_OF, seconds=30, max_bytes=1 << 30, accepted=text)
    text.seek(0)
    rows = list(csv.reader(text))[1:]
    findings = {(finding.line, finding.column) for finding in told.findings}
    for finding in told.findings:
        if finding.code == "OPTIONAL_COLUMN_MISSING":  # told once, of every row
            findings.add((0, finding.column))
    return Reading(rows, findings, dict(told.lines), told.refusal.code if told.refusal else "")


def judge(file: File, reading: Reading) -> Verdict:
    """Compare what was accepted with what was sent."""
    verdict = Verdict(refusal=reading.refusal)
    verdict.silent += _conserved(file, reading)
    seen: dict[int, list[int]] = defaultdict(list)
    for number, *cells in reading.rows:
        line = int(number)
        row = file.lines[line - 1].row if 0 < line <= len(file.lines) else None
        if row is None:
            verdict.silent.append(Silent(line, "", "stands for no row"))
            continue
        seen[row].append(line)
        sent = file.rows[row]
        for column, cell in zip(file.contract.columns, cells, strict=True):
            told = {(line, column.name), (line, ""), (0, column.name)} & reading.findings
            if not told and not _same(cell, sent.get(column.name, ""), column.check, column.is_date):
                verdict.silent.append(Silent(line, column.name, "differs"))
    for found in seen.values():
        if len(found) > 1 and not {line for line, _ in reading.findings} & set(found):
            verdict.silent.append(Silent(max(found), "", "accepted twice"))
    untouched = set() if file.is_whole else set(range(len(file.rows))) - file.touched
    verdict.untouched, verdict.accepted_untouched = len(untouched), len(untouched & set(seen))
    verdict.held_back = len(file.touched - set(seen))
    return verdict


def _conserved(file: File, reading: Reading) -> Iterable[Silent]:
    counts = reading.counts
    if counts["accepted"] != len(reading.rows):
        yield Silent(0, "", "accepted rows are not those counted")
    if reading.refusal:
        if reading.rows:
            yield Silent(0, "", "rows of a rejected file")
        return
    parts = [counts[name] for name in ("header", "blank", "continued", "accepted", "held_back")]
    if counts["physical"] != sum(parts) or counts["physical"] != len(file.lines):
        yield Silent(0, "", "physical lines are not conserved")


def _same(cell: str, sent: str, check: str | None, is_date: bool) -> bool:
    """Same text, or another way of writing the same day or people."""
    if cell == sent:
        return True
    if is_date:
        return bool(cell and sent) and _day(cell) == _day(sent)
    return check == "ethnicity" and bool(cell and sent) and ethnicity_code(cell) == ethnicity_code(sent)


def _day(text: str) -> Any:
    """Year, month and day, year first, in any writing; the text itself where it is none of these."""
    parts = re.findall(r"[0-9]+", text)
    if len(parts) == 1 and len(parts[0]) == 8:
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:]]
    return (
        tuple(map(int, parts[:3])) if len(parts) >= 3 and len(parts[0]) == 4 and not any(map(int, parts[3:])) else text
    )


@dataclass
class Tally:
    """Figures of many files, by corruption."""

    runs: Counter[str] = field(default_factory=Counter)
    silent: Counter[str] = field(default_factory=Counter)
    held_back: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    untouched: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def add(self, name: str, file: File, verdict: Verdict) -> None:
        """Count one file; what was lost is put down to the corruption of the whole file, if there is one."""
        for corruption in file.corruptions:
            self.runs[corruption] += 1
            self.silent[corruption] += len(verdict.silent)
            self.held_back[corruption] += verdict.held_back
            self.refused[corruption] += bool(verdict.refusal)
        for corruption in blamed(file):
            self.untouched[corruption] += verdict.untouched
            self.accepted[corruption] += verdict.accepted_untouched
        self.untouched[""] += verdict.untouched
        self.accepted[""] += verdict.accepted_untouched
        self.silent[""] += len(verdict.silent)
        self.runs[""] += len(file.corruptions)
        if verdict.silent:
            self.examples.append(f"{name}: {', '.join(file.corruptions)}: {verdict.silent[:5]}")

    def merge(self, other: Tally) -> None:
        """Add the figures of another run."""
        for name in ("runs", "silent", "held_back", "refused", "untouched", "accepted"):
            getattr(self, name).update(getattr(other, name))
        self.examples += other.examples

    def share(self, corruption: str = "") -> float:
        """Share of the untouched rows that were accepted."""
        return self.accepted[corruption] / self.untouched[corruption] if self.untouched[corruption] else 1.0


Reader = Callable[[Path, Contract], Reading]
