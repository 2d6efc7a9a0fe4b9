"""One ODCS file is one feed: whatever the project knows about a feed is read from its contract, and only from there.

Standard: Open Data Contract Standard v3.1 (Bitol, Linux Foundation). What it has no word for stands in
customProperties: headings, lookup, check, severity, becomes. A wrong contract is refused as `file:line: what, fix`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from childledger import records
from childledger.errors import ContractError, FeedError

SUFFIX = ".odcs.yaml"
MOSTLY = 0.5
"""More rows of another county than this, and the file as a whole is someone else's."""
SEVERITIES = ("error", "query", "notice")
SEMANTICS = ("snapshot", "delta", "event")
FILE_NAME = re.compile(
    r"^(?P<title>[^_]+)_(?P<county>\d{6})_(?P<as_of>\d{8})(?:_更正(?P<revision>\d{1,3}))?"
    r"(?:_补报(?P<supplement>\d{1,3}))?(?P<nil>_零报告)?\.(?P<type>\w+)$"
)
"""<contract name>_<county code>_<data date>[_更正N][_补报N][_零报告].<type>: one grammar for every feed."""


@dataclass(frozen=True)
class Column:
    """One column of a feed as the contract tells it."""

    name: str
    headings: tuple[str, ...]
    description: str
    classification: str
    required: bool
    unless: tuple[str, tuple[str, ...]] | None
    """Column and meanings of it with which a required value may be empty all the same: of whom nobody can know it."""
    key_position: int
    unique: bool
    logical_type: str
    """ODCS: string, date, timestamp, time, number, integer or boolean."""
    date_format: str | None
    """strptime form of a date that may be written in one way only; None for all the ways clerks write dates."""
    pattern: str | None
    minimum: str | None
    maximum: str | None
    """Of a date: ISO date or `as_of`, the data date of the file. Of a number: a number."""
    lookup: dict[str, str]
    check: str | None
    severity: str
    """What breaking the format rule means; a missing required value is always an error."""
    becomes: str | None
    """person.<column>, fact.<kind> or record.as_of_date; None keeps the value in the row only."""
    kind: str
    """How a cell is read: `code` folded to half width and upper case, `word` to half width, `text` as it stands."""
    example: str
    """Invented value that breaks no rule, for templates and guides; empty if the contract shows none."""
    line: int

    @property
    def heading(self) -> str:
        """The heading the template prints."""
        return self.headings[0]

    @property
    def is_date(self) -> bool:
        """Whether it holds days; limits, formats and targets of a date apply."""
        return self.logical_type == "date"

    @property
    def is_number(self) -> bool:
        """Whether it holds numbers; limits of a number apply."""
        return self.logical_type in ("number", "integer")

    def read(self, raw: str | None) -> str | None:
        """Fold a cell of this column by its kind; None for nothing, and for what clerks write for nothing."""
        return records.READ[self.kind](raw)


@dataclass(frozen=True)
class Rule:
    """One thing the contract demands; exactly one Great Expectations expectation is built from it."""

    code: str
    """Stable English code of the finding, for example REQUIRED_MISSING (messages: messages.py)."""
    columns: tuple[str, ...]
    severity: str
    line: int
    parameters: tuple[tuple[str, Any], ...] = ()

    @property
    def rule_id(self) -> str:
        """Name of the rule inside its feed, stable across contract versions."""
        return "/".join([*self.columns, self.code])


@dataclass(frozen=True)
class Contract:
    """A feed: one kind of file one department sends."""

    feed: str
    title: str
    version: str
    columns: tuple[Column, ...]
    min_rows: int
    max_rows: int | None
    rows_line: int
    cadence_months: int
    """0: sent as things happen, no file is owed for a period (an event feed whose contract states no frequency)."""
    late_after_days: int
    semantics: str
    file_types: tuple[str, ...]
    encodings: tuple[str, ...]
    delimiter: str
    quoted_line_breaks: bool
    """Whether a quoted cell may hold line breaks; otherwise one physical line is one record."""
    department_title: str
    responsibility: str
    legal_basis: str
    ignored_headings: tuple[str, ...]
    """Columns the sender may leave in the file; a written decision that we do not read them."""
    sha256: str

    @property
    def department(self) -> str:
        """Folder of the department's landing zones."""
        return self.feed.split(".")[0]

    @property
    def key(self) -> tuple[str, ...]:
        """The sender's own key columns, in order."""
        keyed = [column for column in self.columns if column.key_position > 0]
        return tuple(c.name for c in sorted(keyed, key=lambda c: c.key_position))

    def column(self, name: str) -> Column:
        """Look a column up by name; KeyError if the contract has none."""
        return {column.name: column for column in self.columns}[name]

    def find(self, name: str) -> Column | None:
        """Look a column up by name; None for what stands outside the columns."""
        return next((column for column in self.columns if column.name == name), None)

    def heading_of(self, name: str) -> str:
        """The Chinese heading of a column, or the name itself for what stands outside the columns."""
        return next((column.heading for column in self.columns if column.name == name), name)

    def becoming(self, target: str) -> str | None:
        """Name of the column that becomes `target`, for example person.birth_date."""
        return next((column.name for column in self.columns if column.becomes == target), None)

    def admit(self, rows: int, *, is_nil: bool) -> None:
        """FeedError when a file has rows and should have none, or the reverse."""
        if is_nil and rows:
            raise FeedError("NIL_WITH_ROWS", rows=rows)
        if not is_nil and not rows:
            raise FeedError("EMPTY_FILE")

    def judge(self, rows: int, others: int) -> None:
        """FeedError when a file can't be taken as a whole, by its rows and those of them that are another county's."""
        if rows < self.min_rows or (self.max_rows is not None and rows > self.max_rows):
            limits = {"minimum": self.min_rows, "maximum": self.max_rows or 0}
            raise FeedError("ROW_COUNT_OUT_OF_RANGE", rows=rows, **limits)
        if others > MOSTLY * rows:
            raise FeedError("MOSTLY_OTHER_COUNTY", failed=others)

    def rules(self) -> tuple[Rule, ...]:
        """Every demand on rows, in column order, then between columns, then on the file."""
        return (*self._column_rules(), *self._row_rules())

    def _column_rules(self) -> Iterator[Rule]:
        for column in self.columns:
            if column.required:
                yield Rule("REQUIRED_MISSING", (column.name,), "error", column.line, self._unless(column))
            if column.is_date:
                form = (("format", column.date_format),)
                yield Rule("DATE_UNREADABLE", (column.name,), column.severity, column.line, form)
            if column.minimum or column.maximum:
                bounds = (("minimum", column.minimum), ("maximum", column.maximum))
                code = "NUMBER_OUT_OF_RANGE" if column.is_number else "DATE_OUT_OF_RANGE"
                yield Rule(code, (column.name,), column.severity, column.line, bounds)
            if column.pattern:
                pattern = (("pattern", column.pattern),)
                yield Rule("PATTERN_MISMATCH", (column.name,), column.severity, column.line, pattern)
            if column.lookup:
                allowed = (("allowed", tuple(column.lookup)),)
                yield Rule("NOT_IN_LIST", (column.name,), column.severity, column.line, allowed)
            if column.check:
                yield Rule(CHECK_CODES[column.check], (column.name,), column.severity, column.line)

    def _unless(self, column: Column) -> tuple[tuple[str, Any], ...]:
        if column.unless is None:
            return ()
        name, meanings = column.unless
        words = tuple(word for word, meaning in self.column(name).lookup.items() if meaning in meanings)
        return (("column", name), ("words", words))

    def _row_rules(self) -> Iterator[Rule]:
        line = self.columns[0].line
        if self.key:
            yield Rule("DUPLICATE_KEY", self.key, "error", self.column(self.key[0]).line)
        for column in self.columns:
            if column.unique and self.key != (column.name,):
                yield Rule("DUPLICATE_KEY", (column.name,), "error", column.line)
        number = self.becoming("person.id_number")
        for target, code in (("person.birth_date", "ID_BIRTH_DIFFERS"), ("person.sex", "ID_SEX_DIFFERS")):
            other = self.becoming(target)
            if number and other:
                yield Rule(code, (number, other), "query", self.column(other).line or line)
        bounds = (("minimum", self.min_rows), ("maximum", self.max_rows))
        yield Rule("ROW_COUNT_OUT_OF_RANGE", (), "error", self.rows_line, bounds)


CHECK_CODES = {
    "resident_id": "ID_INVALID",
    "ethnicity": "ETHNICITY_UNKNOWN",
    "division": "DIVISION_UNKNOWN",
    "own_county": "OTHER_COUNTY",
}


def load_all(folder: Path) -> dict[str, Contract]:
    """Read every contract of a folder, by feed; one ContractError lists all that is wrong in all files."""
    contracts: dict[str, Contract] = {}
    problems: list[str] = []
    for file in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            contracts[file.name.removesuffix(SUFFIX)] = load(file)
        except ContractError as error:
            problems.append(str(error))
    titles = [(c.department, c.title) for c in contracts.values()]
    for department, title in sorted({t for t in titles if titles.count(t) > 1}):
        problems.append(f"{folder.name}: two feeds of [{department}] are named [{title}]; no file name could tell")
    if problems:
        raise ContractError("\n".join(problems))
    return contracts


@functools.cache
def load(file: Path, *, of_ledger: bool = True) -> Contract:
    """Read one contract; ContractError names file and line of everything that is wrong.

    Any ODCS v3.1 contract of one table will do where nothing goes into the ledger (`of_ledger=False`).
    """
    from childledger import odcs  # which builds what is defined here

    return odcs.read(file, of_ledger=of_ledger)
