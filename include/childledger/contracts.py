"""One ODCS file is one feed: whatever the project knows about a feed is read from its contract, and only from there.

Standard: Open Data Contract Standard v3.1 (Bitol, Linux Foundation). What it has no word for stands in
customProperties: headings, lookup, check, severity, becomes. A wrong contract is refused as `file:line: what, fix`.
"""

from __future__ import annotations

import codecs
import functools
import hashlib
import importlib.util
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from childledger import records
from childledger.errors import ContractError
from childledger.records import PERSON_COLUMNS

SUFFIX = ".odcs.yaml"
SEVERITIES = ("error", "query", "notice")
COLUMN_OPTIONS = {"headings", "lookup", "check", "severity", "becomes"}
CONTRACT_OPTIONS = {
    "department", "departmentEnglish", "semantics", "fileTypes", "encodings", "delimiter",
    "responsibility", "legalBasis", "retention",
}  # fmt: skip
SEMANTICS = ("snapshot", "delta", "event")
FILE_TYPES = ("csv", "xlsx")
DATES = ("person.birth_date", "record.as_of_date")  # what only a date column can become
FILE_NAME = re.compile(
    r"^(?P<title>[^_]+)_(?P<county>\d{6})_(?P<as_of>\d{8})(?:_更正(?P<revision>\d{1,3}))?(?P<nil>_零报告)?\.(?P<type>\w+)$"
)
"""<contract name>_<county code>_<data date>[_更正N][_零报告].<csv|xlsx>: one grammar for every feed."""


@dataclass(frozen=True)
class Column:
    """One column of a feed as the contract tells it."""

    name: str
    headings: tuple[str, ...]
    description: str
    classification: str
    required: bool
    key_position: int
    is_date: bool
    pattern: str | None
    minimum: str | None
    maximum: str | None
    """ISO date or `as_of`, the data date of the file."""
    lookup: dict[str, str]
    check: str | None
    severity: str
    """What breaking the format rule means; a missing required value is always an error."""
    becomes: str | None
    """person.<column>, fact.<kind> or record.as_of_date; None keeps the value in the row only."""
    line: int

    @property
    def heading(self) -> str:
        """The heading the template prints."""
        return self.headings[0]

    def read(self, raw: str | None) -> str | None:
        """Fold a cell of this column: codes to half width and upper case, words only trimmed; None for nothing."""
        return records.read_code(raw) if self._is_code else records.read_text(raw)

    @property
    def _is_code(self) -> bool:
        scope, _, name = (self.becomes or "").partition(".")
        named = scope == "person" and name not in records.FREE_TEXT and not self.lookup and not self.is_date
        return bool(self.pattern or self.key_position or self.check in ("resident_id", "division", "own_county")) or (
            named and self.check is None
        )


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
    max_rows: int
    rows_line: int
    cadence_months: int
    late_after_days: int
    semantics: str
    file_types: tuple[str, ...]
    encodings: tuple[str, ...]
    delimiter: str
    department_title: str
    responsibility: str
    legal_basis: str
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

    def heading_of(self, name: str) -> str:
        """The Chinese heading of a column, or the name itself for what stands outside the columns."""
        return next((column.heading for column in self.columns if column.name == name), name)

    def becoming(self, target: str) -> str | None:
        """Name of the column that becomes `target`, for example person.birth_date."""
        return next((column.name for column in self.columns if column.becomes == target), None)

    def rules(self) -> tuple[Rule, ...]:
        """Every demand on rows, in column order, then between columns, then on the file."""
        return (*self._column_rules(), *self._row_rules())

    def _column_rules(self) -> Iterator[Rule]:
        for column in self.columns:
            if column.required:
                yield Rule("REQUIRED_MISSING", (column.name,), "error", column.line)
            if column.is_date:
                yield Rule("DATE_UNREADABLE", (column.name,), column.severity, column.line)
            if column.minimum or column.maximum:
                bounds = (("minimum", column.minimum), ("maximum", column.maximum))
                yield Rule("DATE_OUT_OF_RANGE", (column.name,), column.severity, column.line, bounds)
            if column.pattern:
                pattern = (("pattern", column.pattern),)
                yield Rule("PATTERN_MISMATCH", (column.name,), column.severity, column.line, pattern)
            if column.lookup:
                allowed = (("allowed", tuple(column.lookup)),)
                yield Rule("NOT_IN_LIST", (column.name,), column.severity, column.line, allowed)
            if column.check:
                yield Rule(CHECK_CODES[column.check], (column.name,), column.severity, column.line)

    def _row_rules(self) -> Iterator[Rule]:
        line = self.columns[0].line
        if self.key:
            yield Rule("DUPLICATE_KEY", self.key, "error", self.column(self.key[0]).line)
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
def load(file: Path) -> Contract:
    """Read one contract; ContractError names file and line of everything that is wrong."""
    return _Reader(file).contract()


@functools.cache
def _standard() -> Any:
    """The official ODCS JSON schema, as its publishers package it."""
    import jsonschema

    package = importlib.util.find_spec("open_data_contract_standard")  # its data, not its classes: parsing stays fast
    assert package and package.origin
    path = Path(package.origin).with_name("schema.json")
    return jsonschema.Draft201909Validator(json.loads(path.read_text(encoding="utf-8")))


class _Reader:
    """Reads one file and remembers on which line everything stands."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.problems: list[str] = []
        self.bytes = file.read_bytes()
        try:
            self.data: Any = yaml.load(self.bytes, yaml.CSafeLoader)
            self.lines = dict(_lines(yaml.compose(self.bytes, yaml.CSafeLoader), ()))
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            raise ContractError(f"{file.name}:{line}: not YAML: {error.__class__.__name__}") from None

    def contract(self) -> Contract:
        for error in sorted(_standard().iter_errors(self.data), key=lambda e: list(map(str, e.absolute_path))):
            self.problem(tuple(error.absolute_path), f"breaks ODCS v3.1: {error.message[:160]}")
        self.stop_if_wrong()
        feed = self.file.name.removesuffix(SUFFIX)
        if self.data["id"] != feed or feed.count(".") != 1:
            self.problem(("id",), f"id [{self.data['id']}] must equal the file name [{feed}], <department>.<feed>")
        options = self.options((), self.data, CONTRACT_OPTIONS)
        self.check_options(options)
        table = self.data["schema"][0]
        properties = table.get("properties", [])
        columns = tuple(self.column(i, p) for i, p in enumerate(properties))
        self.check_together(columns)
        self.stop_if_wrong()
        rows, rows_path = self.row_count(table)
        self.stop_if_wrong()
        sla = {p["property"]: p["value"] for p in self.data.get("slaProperties", [])}
        return Contract(
            feed=feed,
            title=self.data["name"],
            version=self.data["version"],
            columns=columns,
            min_rows=rows[0],
            max_rows=rows[1],
            rows_line=self.line(rows_path),
            cadence_months=int(sla.get("frequency", 6)),
            late_after_days=int(sla.get("latency", 0)),
            semantics=options["semantics"],
            file_types=tuple(options["fileTypes"]),
            encodings=tuple(options["encodings"]),
            delimiter=options["delimiter"],
            department_title=options["department"],
            responsibility=options["responsibility"],
            legal_basis=options["legalBasis"],
            sha256=hashlib.sha256(self.bytes).hexdigest(),
        )

    def check_options(self, options: dict[str, Any]) -> None:
        path = ("customProperties",)
        for missing in sorted(CONTRACT_OPTIONS - {"departmentEnglish", *options}):
            self.problem(path, f"customProperty [{missing}] is missing")
        if options.get("semantics", SEMANTICS[0]) not in SEMANTICS:
            self.problem(path, f"semantics must be one of {', '.join(SEMANTICS)}")
        if not set(options.get("fileTypes", ())) <= set(FILE_TYPES):
            self.problem(path, f"fileTypes must be of {', '.join(FILE_TYPES)}")
        for encoding in options.get("encodings", ()):
            try:
                codecs.lookup(encoding)
            except LookupError:
                self.problem(path, f"unknown encoding [{encoding}]")

    def column(self, position: int, data: dict[str, Any]) -> Column:
        path = ("schema", 0, "properties", position)
        options = self.options(path, data, COLUMN_OPTIONS)
        limits = data.get("logicalTypeOptions", {})
        lookup = {str(raw): str(value) for raw, value in options.get("lookup", {}).items()}
        column = Column(
            name=data["name"],
            headings=tuple(options.get("headings", ())),
            description=data.get("description", ""),
            classification=data.get("classification", ""),
            required=data.get("required", False),
            key_position=data.get("primaryKeyPosition", 1) if data.get("primaryKey") else 0,
            is_date=data.get("logicalType") == "date",
            pattern=limits.get("pattern"),
            minimum=limits.get("minimum"),
            maximum=limits.get("maximum"),
            lookup=lookup,
            check=options.get("check"),
            severity=options.get("severity", "error"),
            becomes=options.get("becomes"),
            line=self.line(path),
        )
        self.check_column(path, column)
        return column

    def check_column(self, path: tuple[Any, ...], column: Column) -> None:
        if not column.headings:
            self.problem(path, f"column [{column.name}] needs customProperty [headings]: every heading seen so far")
        if not column.description or not column.classification:
            self.problem(path, f"column [{column.name}] needs a description and a classification")
        formats = [column.is_date, bool(column.pattern), bool(column.lookup), bool(column.check)]
        if sum(formats) > 1:
            self.problem(path, f"column [{column.name}] has more than one of date, pattern, lookup, check")
        if column.check and column.check not in CHECK_CODES:
            self.problem(path, f"unknown check [{column.check}]; one of {', '.join(CHECK_CODES)}")
        if column.severity not in SEVERITIES:
            self.problem(path, f"unknown severity [{column.severity}]; one of {', '.join(SEVERITIES)}")
        self.check_target(path, column)
        if column.pattern:
            try:
                re.compile(column.pattern)
            except re.error:
                self.problem(path, f"column [{column.name}]: pattern is not a regular expression")

        for limit in (column.minimum, column.maximum):
            if limit and limit != "as_of" and records.read_date(limit) is None:
                self.problem(path, f"column [{column.name}]: limit [{limit}] is neither a date nor as_of")

    def check_target(self, path: tuple[Any, ...], column: Column) -> None:
        if column.becomes in DATES and not column.is_date:
            self.problem(path, f"column [{column.name}] becomes [{column.becomes}], which only a date can")
        scope, _, name = (column.becomes or "").partition(".")
        known = (
            not column.becomes
            or (scope == "person" and name in PERSON_COLUMNS)
            or (scope == "fact" and name.isidentifier())
            or column.becomes == "record.as_of_date"
        )
        if not known:
            self.problem(path, f"unknown target [{column.becomes}]; person.<column>, fact.<kind> or record.as_of_date")

    def check_together(self, columns: tuple[Column, ...]) -> None:
        seen: dict[str, str] = {}
        for position, column in enumerate(columns):
            for heading in (*column.headings, f"name {column.name}", f"becomes {column.becomes or column.name}"):
                if heading in seen:
                    path = ("schema", 0, "properties", position)
                    self.problem(path, f"[{heading}] belongs to both [{seen[heading]}] and [{column.name}]")
                seen[heading] = column.name
        for needed in ("person.name", "person.birth_date"):
            if needed not in {column.becomes for column in columns}:
                self.problem(("schema", 0, "properties"), f"no column becomes [{needed}]; a record must be of a child")
        if not any(column.key_position for column in columns):
            self.problem(("schema", 0, "properties"), "no primaryKey; the sender's own key is needed to answer by row")

    def row_count(self, table: dict[str, Any]) -> tuple[tuple[int, int], tuple[Any, ...]]:
        for position, rule in enumerate(table.get("quality", [])):
            if rule.get("metric") == "rowCount" and "mustBeBetween" in rule:
                low, high = rule["mustBeBetween"]
                return (int(low), int(high)), ("schema", 0, "quality", position)
        self.problem(("schema", 0), "quality needs a library metric rowCount with mustBeBetween: [min, max]")
        return (0, 0), ()

    def options(self, path: tuple[Any, ...], data: dict[str, Any], known: set[str]) -> dict[str, Any]:
        found = {}
        for position, entry in enumerate(data.get("customProperties", [])):
            if entry["property"] not in known:
                place = (*path, "customProperties", position)
                self.problem(place, f"unknown customProperty [{entry['property']}]; one of {', '.join(sorted(known))}")
            found[entry["property"]] = entry["value"]
        return found

    def line(self, path: tuple[Any, ...]) -> int:
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, path: tuple[Any, ...], what: str) -> None:
        self.problems.append(f"{self.file.name}:{self.line(path)}: {what}")

    def stop_if_wrong(self) -> None:
        if self.problems:
            raise ContractError("\n".join(self.problems))


def _lines(node: yaml.Node, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _lines(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            yield from _lines(value, (*path, position))
