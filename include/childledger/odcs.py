"""Read one ODCS file and say `file:line: what, fix` for everything that is wrong with it, all at once."""

from __future__ import annotations

import codecs
import dataclasses
import functools
import hashlib
import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from childledger import foreign, records, rulefile
from childledger.contracts import CHECK_CODES, SEMANTICS, SEVERITIES, SUFFIX, Column, Contract
from childledger.errors import ContractError
from childledger.records import PERSON_COLUMNS

FILE_TYPES = ("csv", "tsv", "xlsx", "xls", "zip")
DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8", "gb18030", "utf-16")
DATES = ("person.birth_date", "record.as_of_date")  # what only a date column can become
COLUMN_OPTIONS = {"headings", "lookup", "check", "severity", "becomes", "unless"}
CONTRACT_OPTIONS = {
    "department", "departmentEnglish", "semantics", "fileTypes", "encodings", "delimiter",
    "responsibility", "legalBasis", "retention", "ignoredHeadings", "quotedLineBreaks",
}  # fmt: skip
OPTIONAL = {"departmentEnglish", "ignoredHeadings", "quotedLineBreaks"}
UPPER = re.compile(r"(?:[\^$0-9A-Z:,|?+*(){}\[\]-]|\\[d.-])+")
"""Patterns nothing but digits, capitals and marks can match: what they are asked of is a code."""
FORMS = {"yyyy": "%Y", "uuuu": "%Y", "yy": "%y", "MM": "%m", "M": "%m", "dd": "%d", "d": "%d"}
"""JDK DateTimeFormatter, which ODCS names, in the words of strptime."""


USABLE: dict[str, Any] = {
    "semantics": SEMANTICS.__contains__,
    "fileTypes": lambda value: isinstance(value, list) and set(map(str, value)) <= set(FILE_TYPES),
    "encodings": lambda value: isinstance(value, list) and all(map(_is_encoding, value)),
    "delimiter": DELIMITERS.__contains__,
    "quotedLineBreaks": lambda value: isinstance(value, bool),
    "ignoredHeadings": lambda value: isinstance(value, list) and all(isinstance(word, str) for word in value),
}
USABLE_OF_COLUMNS: dict[str, Any] = {
    "headings": lambda value: isinstance(value, list) and value and all(isinstance(word, str) for word in value),
    "lookup": lambda value: isinstance(value, dict) and bool(value),
    "check": lambda value: isinstance(value, str) and value in CHECK_CODES,
    "severity": lambda value: isinstance(value, str) and value in SEVERITIES,
}
"""customProperties of somebody else's contract that mean what they mean here; any other is theirs."""


def _is_encoding(name: Any) -> bool:
    try:
        return isinstance(name, str) and "a".encode(name)[-1:] in (b"a", b"\x00") and codecs.lookup(name) is not None
    except (LookupError, UnicodeError):
        return False


@functools.cache
def _standard() -> Any:
    """The official ODCS JSON schema, as its publishers package it."""
    import jsonschema

    package = importlib.util.find_spec("open_data_contract_standard")  # its data, not its classes: parsing stays fast
    assert package and package.origin
    path = Path(package.origin).with_name("schema.json")
    return jsonschema.Draft201909Validator(json.loads(path.read_text(encoding="utf-8")))


def read(file: Path, *, of_ledger: bool) -> Contract:
    """Read one contract; ContractError names file and line of everything that is wrong.

    Outside the ledger only the standard's own demands hold, and what is not said takes its default.
    """
    return _Reader(file, of_ledger).contract()


class _Reader:
    """Reads one file and remembers on which line everything stands."""

    def __init__(self, file: Path, of_ledger: bool) -> None:
        self.file = file
        self.of_ledger = of_ledger
        self.problems: list[str] = []
        self.bytes = file.read_bytes()
        try:
            self.data: Any = yaml.load(self.bytes, yaml.CSafeLoader)
            self.lines = dict(_lines(yaml.compose(self.bytes, yaml.CSafeLoader), ()))
        except yaml.YAMLError as error:
            raise rulefile.not_yaml(file.name, error) from None

    def check_standard(self) -> None:
        """Stop where it is no contract of the standard; another's is put into our words."""
        for error in sorted(_standard().iter_errors(self.data), key=lambda e: list(map(str, e.absolute_path))):
            self.problem(tuple(error.absolute_path), f"breaks ODCS v3.1: {error.message[:160]}")
        self.stop_if_wrong()
        if not (self.data.get("schema") and self.data["schema"][0].get("properties")):
            self.problem(("schema",), "the first table has no properties: a file needs columns")
        self.stop_if_wrong()
        if not self.of_ledger:
            self.data = foreign.adopt(self.data, USABLE, USABLE_OF_COLUMNS)

    def contract(self) -> Contract:
        self.check_standard()
        feed = self.file.name.removesuffix(SUFFIX)
        if self.of_ledger and (self.data["id"] != feed or feed.count(".") != 1):
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
        contract = Contract(
            feed=feed,
            title=self.data.get("name", feed),
            version=self.data["version"],
            columns=columns,
            min_rows=rows[0],
            max_rows=rows[1],
            rows_line=self.line(rows_path),
            cadence_months=self.whole(sla.get("frequency", 0 if options.get("semantics") == "event" else 6)),
            late_after_days=self.whole(sla.get("latency", 0)),
            semantics=options.get("semantics", SEMANTICS[0]),
            file_types=tuple(options.get("fileTypes", FILE_TYPES)),
            encodings=tuple(encoding.lower() for encoding in options.get("encodings", ENCODINGS)),
            delimiter=options.get("delimiter", DELIMITERS[0]),
            quoted_line_breaks=bool(options.get("quotedLineBreaks", False)),
            department_title=options.get("department", ""),
            responsibility=options.get("responsibility", ""),
            legal_basis=options.get("legalBasis", ""),
            ignored_headings=tuple(options.get("ignoredHeadings", ())),
            sha256=hashlib.sha256(self.bytes).hexdigest(),
        )
        self.stop_if_wrong()
        return contract

    def whole(self, value: Any) -> int:
        """A number of months or days."""
        if not isinstance(value, int | str) or not str(value).isdigit():
            self.problem(("slaProperties",), f"[{value}] is no whole number of months (frequency) or days (latency)")
            return 0
        return int(value)

    def check_options(self, options: dict[str, Any]) -> None:
        path = ("customProperties",)
        for missing in sorted(CONTRACT_OPTIONS - OPTIONAL - set(options)) if self.of_ledger else ():
            self.problem(path, f"customProperty [{missing}] is missing")
        if options.get("delimiter", ",") not in DELIMITERS:
            self.problem(path, "delimiter must be a comma, semicolon, tab or pipe")
        if options.get("semantics", SEMANTICS[0]) not in SEMANTICS:
            self.problem(path, f"semantics must be one of {', '.join(SEMANTICS)}")
        if not set(options.get("fileTypes", ())) <= set(FILE_TYPES):
            self.problem(path, f"fileTypes must be of {', '.join(FILE_TYPES)}")
        for encoding in options.get("encodings", ()):
            if not _is_encoding(encoding):
                self.problem(path, f"unknown encoding [{encoding}]")

    def column(self, position: int, data: dict[str, Any]) -> Column:
        path = ("schema", 0, "properties", position)
        options = self.options(path, data, COLUMN_OPTIONS)
        limits = data.get("logicalTypeOptions", {})
        kind = data.get("logicalType", "string")
        lookup = {records.read_word(str(raw)) or "": str(value) for raw, value in options.get("lookup", {}).items()}
        form = limits.get("format") if kind == "date" else None
        column = Column(
            name=data["name"],
            headings=tuple(options.get("headings", ())),
            description=data.get("description", ""),
            classification=data.get("classification", ""),
            required=data.get("required", False),
            unless=next(((name, tuple(meant)) for name, meant in options.get("unless", {}).items()), None),
            key_position=max(data.get("primaryKeyPosition", 1), 1) if data.get("primaryKey") else 0,
            unique=data.get("unique", False),
            logical_type=kind,
            date_format=self.form(path, form) if form else None,
            pattern=limits.get("pattern") or (None if lookup else foreign.PATTERNS.get(kind)),
            minimum=_text(limits.get("minimum")),
            maximum=_text(limits.get("maximum")),
            lookup=lookup,
            check=options.get("check"),
            severity=options.get("severity", "error"),
            becomes=options.get("becomes"),
            kind="text",
            example=str(next(iter(data.get("examples", ())), "")),
            line=self.line(path),
        )
        self.check_column(path, column)
        return dataclasses.replace(column, kind=self.kind(column))

    def kind(self, column: Column) -> str:
        """How a column's cells are read; a foreign key is text, for nobody said that its case means nothing."""
        scope, _, name = (column.becomes or "").partition(".")
        if column.lookup or column.is_date or column.is_number or column.check == "ethnicity":
            return "word"
        if column.check or (scope == "person" and name not in records.FREE_TEXT):
            return "code"
        upper = column.pattern and "[^" not in column.pattern and UPPER.fullmatch(column.pattern)
        return "code" if upper or (self.of_ledger and column.key_position) else "text"

    def form(self, path: tuple[Any, ...], form: str) -> str:
        """A date's pattern letters in the words of strptime."""
        letters = set(re.findall("[A-Za-z]+", form))
        if not letters <= set(FORMS):
            self.problem(path, f"date format [{form}] has letters other than {', '.join(FORMS)}")
        return re.sub("[A-Za-z]+", lambda letter: FORMS.get(letter.group(), ""), form)

    def check_column(self, path: tuple[Any, ...], column: Column) -> None:
        if not column.headings:
            self.problem(path, f"column [{column.name}] needs customProperty [headings]: every heading seen so far")
        if self.of_ledger and not (column.description and column.classification):
            self.problem(path, f"column [{column.name}] needs a description and a classification")
        if column.logical_type in ("object", "array"):
            self.problem(path, f"column [{column.name}]: a cell can't hold [{column.logical_type}]")
        formats = [column.is_date, bool(column.pattern), bool(column.lookup), bool(column.check)]
        if sum(formats) > 1:
            self.problem(path, f"column [{column.name}] has more than one of date, pattern, lookup, check")
        if column.check and column.check not in CHECK_CODES:
            self.problem(path, f"unknown check [{column.check}]; one of {', '.join(CHECK_CODES)}")
        if column.severity not in SEVERITIES:
            self.problem(path, f"unknown severity [{column.severity}]; one of {', '.join(SEVERITIES)}")
        self.check_target(path, column)
        if column.pattern and not self.compiles(column.pattern):
            self.problem(path, f"column [{column.name}]: pattern is not a regular expression")
        if column.name == "line_number" or "\x1f" in column.name:
            self.problem(path, f"column [{column.name}]: the name is taken")
        for limit in (column.minimum, column.maximum):
            known = records.read_number(limit) if column.is_number else records.read_date(limit)
            if limit and limit != "as_of" and known is None:
                what = "no number" if column.is_number else "neither a date nor as_of"
                self.problem(path, f"column [{column.name}]: limit [{limit}] is {what}")

    def compiles(self, pattern: str) -> bool:
        """Whether a pattern can be asked; outside the ledger, where no suite is built of it, RE2's words do too."""
        try:
            re.compile(pattern)
        except re.error:
            if self.of_ledger:
                return False
        else:
            return True
        import pyarrow as pa
        import pyarrow.compute as pc

        try:
            pc.match_substring_regex(pa.array([""]), pattern)
        except pa.ArrowInvalid:
            return False
        return True

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
        lookups = {column.name: column.lookup for column in columns}
        for position, column in enumerate(columns):
            name, meanings = column.unless or ("", ())
            if column.unless and not (
                column.required and meanings and {*meanings} <= {*lookups.get(name, {}).values()}
            ):
                path = ("schema", 0, "properties", position)
                self.problem(
                    path, f"column [{column.name}]: unless is for a required one, {{column: [meanings of its lookup]}}"
                )
        if not self.of_ledger:
            return
        for needed in ("person.name", "person.birth_date"):
            if needed not in {column.becomes for column in columns}:
                self.problem(("schema", 0, "properties"), f"no column becomes [{needed}]; a record must be of a child")
        if not any(column.key_position for column in columns):
            self.problem(("schema", 0, "properties"), "no primaryKey; the sender's own key is needed to answer by row")

    def row_count(self, table: dict[str, Any]) -> tuple[tuple[int, int | None], tuple[Any, ...]]:
        for position, rule in enumerate(table.get("quality", [])):
            if rule.get("metric") == "rowCount" and "mustBeBetween" in rule:
                low, high = rule["mustBeBetween"]
                return (int(low), int(high)), ("schema", 0, "quality", position)
        if self.of_ledger:
            self.problem(("schema", 0), "quality needs a library metric rowCount with mustBeBetween: [min, max]")
        return (1, None), ("schema", 0)

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


def _text(limit: Any) -> str | None:
    return None if limit is None else str(limit)


def _lines(node: yaml.Node | None, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], int]]:
    if node is None:  # an empty file
        return
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _lines(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            yield from _lines(value, (*path, position))
