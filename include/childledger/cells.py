"""What the cells of a table mean, a column at a time: typed values, and a finding wherever a rule of the contract is
broken.

The same demands stand in the Great Expectations suite; tests hold the two to the same answers. Types and check digits
are what shows that a cell has slipped into its neighbour's column, so a row that breaks one is held back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from childledger import damage, places, records
from childledger.contracts import Column, Contract, Rule
from childledger.records import Finding

if TYPE_CHECKING:
    import pandas as pd

SEVERITIES = {
    **dict.fromkeys(damage.FOLDINGS, "notice"),
    "GARBLED": "error",
    "CHARACTERS_PERHAPS_LOST": "query",
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

    def own_codes(self) -> list[str]:
        """Every code, old ones included, that means the sender's county; any county's where nobody said."""
        if self.county_code is None:
            return sorted(places.divisions())
        return sorted(code for code in places.divisions() if places.current_code(code) == self.county_code)


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
    nothing = pc.equal(text, "")
    suspects = _suspects(text, column.kind)
    values = pc.if_else(nothing, pa.scalar(None, pa.string()), text)
    if suspects is None:
        return values
    distinct = pc.dictionary_encode(text.filter(suspects))
    read = [records.READ[column.kind](raw) for raw in distinct.dictionary.to_pylist()]
    told = [damage.folding(raw, column.kind) for raw in distinct.dictionary.to_pylist()]
    for code in sorted({code for codes in told for code in codes}):
        hits = pa.array([code in codes for codes in told]).take(distinct.indices)
        cells.noted.append((column.name, code, _spread(suspects, hits)))
    return pc.replace_with_mask(values, suspects, pa.array(read, pa.string()).take(distinct.indices))


def _spread(where: pa.Array, hits: pa.Array) -> pa.Array:
    return pc.replace_with_mask(pa.array(np.zeros(len(where), bool)), where, hits)


def _note_losses(text: pa.Array, column: Column, cells: Cells) -> None:
    """Characters and digits that are gone although the value still looks like one."""
    if column.kind == "text":
        garbled = _garbled(text, column.becomes in NAMES)
        if garbled is not None:
            cells.noted.append((column.name, "GARBLED", garbled))
        if column.becomes not in NAMES:
            _note(text, damage.LOST_CHARACTERS, "?□", "CHARACTERS_PERHAPS_LOST", column, cells)
    else:
        _note(text, "\ufffd", "\ufffd", "GARBLED", column, cells)
    _note(text, damage.ERROR_VALUES, "#", "ERROR_VALUE", column, cells)
    values = cells.values[column.name]
    if column.kind != "word" and not (column.check or column.pattern):
        _note(values, damage.SCIENTIFIC, "E", "NUMBER_DAMAGED_BY_EXCEL", column, cells)
    if column.kind != "word" and pc.any(pc.ends_with(values, "00")).as_py():
        lost = pc.fill_null(pc.match_substring_regex(values, damage.LOST_DIGITS), False)
        if pc.any(lost).as_py():
            cells.noted.append((column.name, "DIGITS_PERHAPS_LOST", lost))


def _note(text: pa.Array, pattern: str, marks: str, code: str, column: Column, cells: Cells) -> None:
    """Note the values that match, if one of the characters that any match must have occurs at all."""
    octets, _ = _memory(text)
    if any((octets == mark.encode()[0]).any() for mark in marks):
        at = pc.match_substring_regex(text, pattern)
        if pc.any(at).as_py():
            cells.noted.append((column.name, code, at))


def _garbled(text: pa.Array, is_name: bool) -> pa.Array | None:
    """True for garbled values; only values with a character that garbling leaves behind are looked at."""
    octets, bounds = _memory(text)
    leads = np.flatnonzero(octets[:-2] >= 0xE0) if len(octets) > 2 else np.empty(0, np.int64)
    points = ((octets[leads] & 0xF).astype(np.int32) << 12) | ((octets[leads + 1] & 0x3F).astype(np.int32) << 6)
    points |= octets[leads + 2] & 0x3F
    kinds = _residue()[points]
    pairs = (kinds[:-1] & 1 > 0) & (kinds[1:] & 2 > 0) & (np.diff(leads) == 3)
    latin = np.flatnonzero((octets >= 0xC3) & (octets < 0xE0))
    places_ = [leads[:-1][pairs], leads[kinds & 4 > 0], latin]
    if is_name:
        places_.append(np.flatnonzero(octets == 0x3F))
        places_.append(leads[points == ord("□")])
    rows = np.unique(np.searchsorted(bounds, np.concatenate(places_), side="right") - 1)
    wrong = [row for row in rows.tolist() if _is_lost(text[row].as_py(), is_name)]
    return _at(wrong, len(text)) if wrong else None


def _is_lost(raw: str, is_name: bool) -> bool:
    return damage.is_garbled(raw) or (is_name and any(mark in raw for mark in "?□"))


def _at(rows: list[int], count: int) -> pa.Array:
    at = np.zeros(count, bool)
    at[rows] = True
    return pa.array(at)


@cache
def _residue() -> Any:
    """Characters UTF-8 becomes when read as GB18030: bytes E3-E9 80-BF (1), then 80-BF E3-E9 (2); marks of loss (4)."""
    table = np.zeros(1 << 16, np.uint8)
    for lead in range(0xE3, 0xEA):
        for trail in range(0x80, 0xC0):
            for flag, pair in ((1, (lead, trail)), (2, (trail, lead))):
                text = bytes(pair).decode("gb18030", errors="ignore")
                table[[ord(character) for character in text]] |= flag
    table[[0xFFFD, *map(ord, "锟烫屯")]] = 4
    return table


def _memory(text: pa.Array) -> tuple[Any, Any]:
    """Bytes of a text array and where each value begins in them (one more than values)."""
    bounds = np.frombuffer(text.buffers()[1], np.int32)[text.offset : text.offset + len(text) + 1]
    octets = np.frombuffer(text.buffers()[2] or b"", np.uint8)[bounds[0] : bounds[-1]]
    return octets, bounds - bounds[0]


_TABLES = {kind: np.zeros(256, bool) for kind in records.READ}
_TABLES["code"][:] = True
_TABLES["code"][[*range(0x30, 0x3A), *range(0x41, 0x5B)]] = False
_TABLES["word"][[*range(0x21), 0x5C, 0x2D, 0x2F, 0x7F, 0xC2, 0xE1, 0xE2, 0xE3, 0xEF]] = True
_TABLES["text"][[*range(0x20), 0x7F, 0xC2, 0xE1, 0xE2, 0xE3, 0xEF]] = True
"""Bytes of UTF-8 with which a value may need a second look."""
_PLAIN = {
    "code": r"^[!-,.0-Z_^\[\]]*$",
    "word": r"^[^\x00-\x20\x7f\x{80}-\x{bf}\x{180e}\x{2000}-\x{206f}\x{2800}\x{3000}\x{3164}"
    r"\x{fe00}-\x{fe0f}\x{feff}\x{ff00}-\x{ffef}\x{fff9}-\x{fffd}]*$",
    "text": r"^[^\x00-\x1f\x7f\x{80}-\x{a0}\x{ad}\x{200b}-\x{200f}\x{180e}\x{2000}-\x{200a}\x{2028}-\x{202f}\x{205f}-\x{2069}"
    r"\x{2800}\x{3000}\x{3164}\x{fe00}-\x{fe0f}\x{feff}\x{fff9}-\x{fffb}\x{fffd}]*$",
}
_NULLS = pa.array(sorted(records.NULLS - {""}))


def _suspects(text: pa.Array, kind: str) -> pa.Array | None:
    """True for values that may not be plain, or None where none is; whole columns are cleared by one look at memory."""
    suspects = pc.is_in(text, _NULLS)
    octets, bounds = _memory(text)
    if _TABLES[kind][octets].any():
        suspects = pc.or_(suspects, pc.invert(pc.match_substring_regex(text, _PLAIN[kind])))
    if kind == "text" and len(octets):
        begins, ends = np.minimum(bounds[:-1], len(octets) - 1), np.maximum(bounds[1:] - 1, 0)
        around = (octets[begins] == 0x20) | (octets[ends] == 0x20)
        suspects = pc.or_(suspects, pa.array(around & (bounds[1:] > bounds[:-1])))
    return suspects if pc.any(suspects).as_py() else None


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
    return pc.is_null(cells.values[rule.columns[0]])


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
    values = cells.values[rule.columns[0]]
    return pc.and_(pc.is_valid(values), pa.array(~_Numbers(values).valid))


@_test("ID_BIRTH_DIFFERS")
def _states_birth(cells: Cells, contract: Contract, rule: Rule, bindings: Bindings) -> pa.Array:
    numbers = _Numbers(cells.values[rule.columns[0]])
    differs = pc.not_equal(pa.array(numbers.births, pa.date32()), cells.days[rule.columns[1]])
    return pc.and_(pc.fill_null(differs, False), pa.array(numbers.valid))


@_test("ID_SEX_DIFFERS")
def _states_sex(cells: Cells, contract: Contract, rule: Rule, bindings: Bindings) -> pa.Array:
    numbers = _Numbers(cells.values[rule.columns[0]])
    sexes = _each(cells.values[rule.columns[1]], SEXES.get, pa.string())
    stated = pa.array(np.where(numbers.is_male, "1", "2"))
    return pc.and_(pc.fill_null(pc.not_equal(sexes, stated), False), pa.array(numbers.valid))


class _Numbers:
    """A column of identity numbers as arrays (GB 11643-1999, MOD 11-2); the rest of records.is_resident_id at once."""

    def __init__(self, values: pa.Array) -> None:
        lengths = pc.fill_null(pc.binary_length(values), 0).to_numpy(zero_copy_only=False)
        full = lengths == 18
        octets = np.full((len(values), 18), 0x30, np.uint8)
        chosen = pc.filter(values, pa.array(full))
        octets[full] = (
            np.frombuffer("".join(chosen.to_pylist()).encode(), np.uint8).reshape(-1, 18) if len(chosen) else 0
        )
        digits = octets[:, :17] - 0x30
        numeric = full & (digits <= 9).all(axis=1)
        digits = np.where(numeric[:, None], digits, 0).astype(np.int32)
        check = np.frombuffer(b"10X98765432", np.uint8)[digits @ np.array(records.WEIGHTS) % 11]
        year = digits[:, 6:10] @ np.array([1000, 100, 10, 1])
        month, day = digits[:, 10] * 10 + digits[:, 11], digits[:, 12] * 10 + digits[:, 13]
        dated = numeric & (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
        start = (np.where(dated, year, 2000) - 1970) * 12 + np.where(dated, month, 1) - 1
        births = start.astype("datetime64[M]").astype("datetime64[D]") + np.where(dated, day - 1, 0)
        dated &= births.astype("datetime64[M]").astype(np.int64) == start
        self.valid = dated & (check == octets[:, 17])
        self.births = births
        self.is_male = digits[:, 16] % 2 == 1


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
