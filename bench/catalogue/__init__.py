"""The catalogue of damage: what offices, Excel, editors, FTP and half-written uploads do to a file, each by its name.

A corruption that anyone could take for a good file (one valid value for another) is not in it: see `shows`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from bench.goodfiles import AS_OF, COUNTY, DoesNotApply, File
from childledger import places, records
from childledger.contracts import Column

Apply = Callable[[File, Random], None]


@dataclass(frozen=True)
class Corruption:
    """One way of damaging a file."""

    name: str
    apply: Apply
    of_file: bool
    """Applied first and once; others are applied to rows nothing has touched, many to a file."""


CATALOGUE: dict[str, Corruption] = {}


def corruption(*, of_file: bool = False) -> Callable[[Apply], Apply]:
    """Enter a function into the catalogue under its own name."""

    def enter(apply: Apply) -> Apply:
        CATALOGUE[apply.__name__] = Corruption(apply.__name__, apply, of_file)
        return apply

    return enter


def holds(column: Column, raw: str, knows_county: bool) -> bool:
    """Whether a cell breaks no rule of its column: written again here, a row at a time, to judge the reader by."""
    value = column.read(raw)
    if value is None:
        return not column.required
    if column.check == "resident_id":
        return records.is_resident_id(value)
    if column.check == "own_county":
        return places.current_code(value) == COUNTY if knows_county else value in places.divisions()
    if column.check == "division":
        return value in places.divisions()
    if column.check == "ethnicity":
        return records.ethnicity_code(value) is not None
    if column.is_date:
        return _date_holds(column, value)
    if column.lookup:
        return value in column.lookup
    return not column.pattern or re.search(column.pattern, value) is not None


def _date_holds(column: Column, value: str) -> bool:
    day = records.read_date(value)
    low, high = (AS_OF if bound == "as_of" else records.read_date(bound) for bound in (column.minimum, column.maximum))
    return day is not None and (low is None or day >= low) and (high is None or day <= high)


def shows(file: File, cells: list[str]) -> bool:
    """Whether a row breaks a rule that holds it back; another row of good values could fool anyone."""
    return any(
        not holds(file.column(position), cell, file.knows_county)
        for position, cell in enumerate(cells)
        if file.column(position).severity == "error" or (file.column(position).required and not cell)
    )


def need(condition: bool) -> None:
    """DoesNotApply unless a condition holds."""
    if not condition:
        raise DoesNotApply


def blamed(file: File) -> list[str]:
    """Corruptions that losses of untouched rows are put down to: that of the whole file, else all."""
    whole = [name for name in file.corruptions if CATALOGUE[name].of_file]
    return whole or sorted(set(file.corruptions))


def load() -> dict[str, Corruption]:
    """The whole catalogue, by name."""
    from bench.catalogue import fields, lines, octets, tables, values  # noqa: F401  entering themselves

    return CATALOGUE


def damage(file: File, rng: Random, names: list[str], most: int) -> None:
    """Damage a file: sometimes as a whole, then a few of its rows."""
    catalogue = load()
    wanted = [catalogue[name] for name in names]
    whole, single = [c for c in wanted if c.of_file], [c for c in wanted if not c.of_file]
    if whole and (not single or rng.random() < 0.45):
        _try(file, rng, rng.choice(whole))
    if single and not file.is_whole:
        for _ in range(rng.randint(1, most)):
            _try(file, rng, rng.choice(single))


def _try(file: File, rng: Random, chosen: Corruption) -> None:
    for _ in range(5):
        try:
            chosen.apply(file, rng)
        except DoesNotApply:
            continue
        file.corruptions.append(chosen.name)
        return
