"""What the cells of a table mean, a column at a time: typed values, and a finding wherever a rule of the contract is
broken.

The same demands stand in the Great Expectations suite; tests hold the two to the same answers. Types and check digits
are what shows that a cell has slipped into its neighbour's column, so a row that breaks one is held back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from childledger import damage, glance, places, records
from childledger.contracts import Column, Contract, Rule
from childledger.records import Finding

if TYPE_CHECKING:
    import pandas as pd

SEVERITIES = {
    **dict.fromkeys(damage.FOLDINGS, "notice"),
    "GARBLED": "error",
    "CHARACTERS_PERHAPS_LOST": "query",
    "FOREIGN_LETTERS": "query",
    "ERROR_VALUE": "error",
    "NUMBER_DAMAGED_BY_EXCEL": "error",
    "DIGITS_PERHAPS_LOST": "query",
}
"""What is told of a value besides the contract's rules."""
NAMES = ("person.name", "person.guardian_name")
SEXES = {"男": "1", "女": "2", "1": "1", "2": "2"}


@dataclass(frozen=True)
class Bindings:
    """What rules need to know of the file itself."""

    as_of: date
    """Data date of the file."""
    county_code: str | None
    """County of the sender; None where nobody said."""

    def own_codes(self) -> tuple[str, ...]:
        """Every code, old ones included, that means the sender's county; any county's where nobody said."""
        return _codes_of(self.county_code)


@cache
def _codes_of(county: str | None) -> tuple[str, ...]:
    return tuple(sorted(c for c in places.divisions() if county is None or places.current_code(c) == county))


@dataclass
class Cells:
    """Records as the contract reads them."""

    values: dict[str, pa.Array]
    """Text per column, folded by its kind, null for nothing."""
    days: dict[str, pa.Array]
    """date32 per date column."""
    broken: list[tuple[Rule, pa.Array]]
    """Each broken rule, true for the records that break it."""
    noted: list[tuple[str, str, pa.Array]]
    """(column, code, true where it applies) of what no contract rule asks: how a value was read, or was not."""
    raw: dict[str, pa.Array]
    numbers: dict[str, _Numbers] = field(default_factory=dict)

    def identities(self, name: str) -> _Numbers:
        """A column as identity numbers, worked out once."""
        if name not in self.numbers:
            self.numbers[name] = _Numbers(self.values[name])
        return self.numbers[name]

    def accepted(self) -> pa.Array:
        """True for each record without an error."""
        errors = [at for rule, at in self.broken if rule.severity == "error"]
        errors += [at for _, code, at in self.noted if SEVERITIES[code] == "error"]
        rows = len(next(iter(self.values.values())))
        held = np.zeros(rows, bool)
        for at in errors:
            held |= at.to_numpy(zero_copy_only=False)
        return pa.array(~held)

    def findings(self, numbers: pa.Array, contract: Contract) -> Iterator[Finding]:
        """Everything found; a code that says better what happened to a value takes the place of the rule's."""
        for column, code, at in self.noted:
            for line in numbers.filter(at).to_pylist():
                yield Finding(line, column, code, SEVERITIES[code], f"reader/{code}")
        for rule, at in self.broken:
            better = _better_codes(self.raw, contract, rule, at)
            for position in np.flatnonzero(at.to_numpy(zero_copy_only=False)).tolist():
                code = better.get(position, rule.code)
                yield Finding(numbers[position].as_py(), (*rule.columns, "")[0], code, rule.severity, rule.rule_id)


def read_cells(raw: dict[str, pa.Array], contract: Contract, bindings: Bindings) -> Cells:
    """Read records given as text arrays by column; columns the file does not have may be missing."""
    rows = len(next(iter(raw.values())))
    cells = Cells({}, {}, [], [], raw)
    for column in contract.columns:
        text = raw.get(column.name)
        if text is None:
            cells.values[column.name] = pa.nulls(rows, pa.string())
        else:
            cells.values[column.name] = _folded(text, column, cells)
            _note_losses(text, column, cells)
        if column.is_date:
            cells.days[column.name] = _each(cells.values[column.name], _day_reader(column.date_format), pa.date32())
    for rule in contract.rules():
        test = TESTS.get(rule.code)
        if test is None:
            continue  # rules on the whole file have their own place
        at = pc.fill_null(test(cells, contract, rule, bindings), False)
        if pc.any(at).as_py():
            cells.broken.append((rule, at))
    return cells


def _folded(text: pa.Array, column: Column, cells: Cells) -> pa.Array:
    """Read a column by its kind; only values that are not plain already are looked at one by one."""
    empty = glance.empty(text)
    values = text if empty is None else pc.if_else(empty, pa.scalar(None, pa.string()), text)
    suspects = glance.suspects(text, column.kind)
    if suspects is None:
        return values
    distinct = pc.dictionary_encode(text.filter(suspects))
    read = [records.READ[column.kind](raw) for raw in distinct.dictionary.to_pylist()]
    told = [damage.folding(raw, column.kind) for raw in distinct.dictionary.to_pylist()]
    for code in sorted({code for codes in told for code in codes}):
        hits = pa.array([code in codes for codes in told]).take(distinct.indices)
        cells.noted.append((column.name, code, glance.spread(suspects, hits)))
    return pc.replace_with_mask(values, suspects, pa.array(read, pa.string()).take(distinct.indices))


def _note_losses(text: pa.Array, column: Column, cells: Cells) -> None:
    """Characters and digits that are gone although the value still looks like one."""
    is_name, values = column.becomes in NAMES, cells.values[column.name]
    told = {"ERROR_VALUE": glance.matching(text, "#", damage.ERROR_VALUES)}
    if column.kind == "text":
        told["GARBLED"] = glance.garbled(text, is_name)
    else:
        told["GARBLED"] = glance.matching(text, "\ufffd", "\ufffd")
    if column.kind == "text" and not is_name:
        told["CHARACTERS_PERHAPS_LOST"] = glance.matching(text, "?□", damage.LOST_CHARACTERS)
    if column.kind == "text":
        told["FOREIGN_LETTERS"] = glance.foreign(text)
    if column.is_number or (column.kind != "word" and not (column.check or column.pattern)):
        told["NUMBER_DAMAGED_BY_EXCEL"] = glance.matching(values, "E", damage.SCIENTIFIC)
    if column.kind != "word":
        told["DIGITS_PERHAPS_LOST"] = glance.ending(values, "00", damage.LOST_DIGITS)
    cells.noted += [(column.name, code, at) for code, at in told.items() if at is not None]


def _each(values: pa.Array, read: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
    """Apply a function to each distinct value."""
    distinct = pc.dictionary_encode(values)
    return pa.array([read(value) for value in distinct.dictionary.to_pylist()], kind).take(distinct.indices)


@cache
def _day_reader(form: str | None) -> Callable[[str], date | None]:
    return cache(lambda value: day_of(value, form))


def day_of(value: str, form: str | None) -> date | None:
    """Read a date in the one form a contract names, or in any that clerks use."""
    if form is None:
        return records.read_date(value)
    try:
        day = datetime.strptime(value, form).date()
    except ValueError:
        return None
    return day


def _breaks(values: pa.Array, holds: Callable[[str], bool]) -> pa.Array:
    return pc.invert(_each(values, holds, pa.bool_()))


Test = Callable[[Cells, Contract, Rule, Bindings], pa.Array]
TESTS: dict[str, Test] = {}
"""Rule code → true for each record that breaks the rule."""


def _test(code: str) -> Callable[[Test], Test]:
    def register(test: Test) -> Test:
        TESTS[code] = test
        return test

    return register


@_test("REQUIRED_MISSING")
def _required(cells: Cells, contract: Contract, rule: Rule, bindings: Bindings) -> pa.Array:
    missing, told = pc.is_null(cells.values[rule.columns[0]]), dict(rule.parameters)
    if not told:
        return missing
    unknown = pc.is_in(cells.values[told["column"]], pa.array(told["words"], pa.string()))
    return pc.and_(missing, pc.invert(unknown))


@_test("DATE_UNREADABLE")
def _unreadable(cells: Cells, contract: Contract, rule: Rule, bindings: Bindings) -> pa.Array:
    name = rule.columns[0]
    return pc.and_(pc.is_valid(cells.values[name]), pc.is_null(cells.days[name]))


@_test("DATE_OUT_OF_RANGE")
def _date_range(cells: Cells, contract: Contract, rule: Rule, bindings: Bindings) -> pa.Array:
    limits = [bindings.as_of if bound == "as_of" else records.read_date(bound) for _, bound in rule.parameters]
    return _outside(cells.days[rule.columns[0]], limits, pa.date32())


@_test("NUMBER_OUT_OF_RANGE")
def _number_range(cells: Cells, contract: Contract, rule: Rule, bindings: Bindings) -> pa.Array:
    numbers = _each(cells.values[rule.columns[0]], records.read_number, pa.float64())
    return _outside(numbers, [records.read_number(bound) for _, bound in rule.parameters], pa.float64())


def _outside(values: pa.Array, limits: list[Any], kind: pa.DataType) -> pa.Array:
    low, high = limits
    below = pc.less(values, pa.scalar(low, kind)) if low is not None else pa.nulls(len(values), pa.bool_())
    above = pc.greater(values, pa.scalar(high, kind)) if high is not None else pa.nulls(len(values), pa.bool_())
    return pc.or_(pc.fill_null(below, False), pc.fill_null(above, False))


@_test("PATTERN_MISMATCH")
def _pattern(cells: Cells, contract: Contract, rule: Rule, bindings: Bindings) -> pa.Array:
    values, pattern = cells.values[rule.columns[0]], dict(rule.parameters)["pattern"]
    try:
        return pc.invert(pc.match_substring_regex(values, pattern))
    except pa.ArrowInvalid:  # RE2 has no look-around
        return _breaks(values, lambda value: re.search(pattern, value) is not None)


@_test("NOT_IN_LIST")
def _listed(cells: Cells, contract: Contract, rule: Rule, bindings: Bindings) -> pa.Array:
    return _not_among(cells.values[rule.columns[0]], dict(rule.parameters)["allowed"])


@_test("DIVISION_UNKNOWN")
def _division(cells: Cells, contract: Contract, rule: Rule, bindings: Bindings) -> pa.Array:
    return _not_among(cells.values[rule.columns[0]], places.divisions())


@_test("OTHER_COUNTY")
def _own_county(cells: Cells, contract: Contract, rule: Rule, bindings: Bindings) -> pa.Array:
    return _not_among(cells.values[rule.columns[0]], bindings.own_codes())


def _not_among(values: pa.Array, allowed: Any) -> pa.Array:
    known = pc.is_in(values, pa.array(sorted(allowed), pa.string()))
    return pc.and_(pc.is_valid(values), pc.invert(known))


@_test("ETHNICITY_UNKNOWN")
def _ethnicity(cells: Cells, contract: Contract, rule: Rule, bindings: Bindings) -> pa.Array:
    return _breaks(cells.values[rule.columns[0]], lambda value: records.ethnicity_code(value) is not None)


@_test("ID_INVALID")
def _resident_id(cells: Cells, contract: Contract, rule: Rule, bindings: Bindings) -> pa.Array:
    return pc.and_(pc.is_valid(cells.values[rule.columns[0]]), pa.array(~cells.identities(rule.columns[0]).valid))


@_test("ID_BIRTH_DIFFERS")
def _states_birth(cells: Cells, contract: Contract, rule: Rule, bindings: Bindings) -> pa.Array:
    numbers = cells.identities(rule.columns[0])
    differs = pc.not_equal(pa.array(numbers.births, pa.date32()), cells.days[rule.columns[1]])
    return pc.and_(pc.fill_null(differs, False), pa.array(numbers.valid))


@_test("ID_SEX_DIFFERS")
def _states_sex(cells: Cells, contract: Contract, rule: Rule, bindings: Bindings) -> pa.Array:
    numbers = cells.identities(rule.columns[0])
    sexes = _each(cells.values[rule.columns[1]], SEXES.get, pa.string())
    stated = pa.array(np.where(numbers.is_male, "1", "2"))
    return pc.and_(pc.fill_null(pc.not_equal(sexes, stated), False), pa.array(numbers.valid))


class _Numbers:
    """A column of identity numbers as arrays (GB 11643-1999, MOD 11-2); the rest of records.is_resident_id at once."""

    def __init__(self, values: pa.Array) -> None:
        lengths = pc.fill_null(pc.binary_length(values), 0).to_numpy(zero_copy_only=False)
        full = lengths == 18
        octets = np.full((len(values), 18), 0x30, np.uint8)
        octets[full] = glance.memory(values if full.all() else values.filter(pa.array(full)))[0].reshape(-1, 18)
        digits = octets[:, :17] - 0x30
        numeric = full & (digits.max(axis=1, initial=0) <= 9)
        # one product of matrices, in floating point, which is exact here: weighted sum, year, month, day
        sums = np.where(numeric[:, None], digits, 0).astype(np.float32) @ _SUMS
        total, year, month, day = sums.astype(np.int32).T
        dated = numeric & (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
        start = (np.where(dated, year, 2000) - 1970) * 12 + np.where(dated, month, 1) - 1
        births = start.astype("datetime64[M]").astype("datetime64[D]") + np.where(dated, day - 1, 0)
        dated &= births.astype("datetime64[M]").astype(np.int64) == start
        self.valid = dated & (_CHECKS[total % 11] == octets[:, 17])
        self.births = births
        self.is_male = digits[:, 16] % 2 == 1


_CHECKS = np.frombuffer(b"10X98765432", np.uint8)
_SUMS = np.zeros((17, 4), np.float32)
_SUMS[:, 0] = records.WEIGHTS
_SUMS[6:14, 1:] = [(1000, 0, 0), (100, 0, 0), (10, 0, 0), (1, 0, 0), (0, 10, 0), (0, 1, 0), (0, 0, 10), (0, 0, 1)]


def _better_codes(raw: dict[str, pa.Array], contract: Contract, rule: Rule, at: pa.Array) -> dict[int, str]:
    if len(rule.columns) != 1 or rule.columns[0] not in raw:
        return {}
    column, text = contract.column(rule.columns[0]), raw[rule.columns[0]]
    positions = np.flatnonzero(at.to_numpy(zero_copy_only=False)).tolist()
    told = {position: damage.diagnose(text[position].as_py(), column, rule.code) for position in positions}
    return {position: code for position, code in told.items() if code}


def disputed_lines(twins: pd.DataFrame, keys: list[str]) -> list[int]:
    """Lines of rows with one key that can't stand: all where they differ, all but the first where they are equal."""
    rows = twins.drop(columns="line_number")
    conflicting = twins[keys].duplicated(keep=False) & ~rows.duplicated(keep=False)
    disputed = twins[keys].merge(twins.loc[conflicting, keys].drop_duplicates(), how="left", indicator=True)
    spared = ~rows.duplicated(keep="first").to_numpy() & (disputed["_merge"] == "left_only").to_numpy()
    return [int(line) for line in twins.loc[~spared, "line_number"]]
