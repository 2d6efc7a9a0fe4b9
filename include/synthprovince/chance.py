"""Chance without state: the same seed, person and question always give the same answer, whatever was asked before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]
Words = npt.NDArray[np.object_]
Table = dict[str, npt.NDArray[Any]]
"""Columns of equal length."""

FIRST_BEGINS, LAST_BEGINS, LASTS = -8, 4, 8
"""Lasting conditions begin in some round between these two and last so many half-years."""


def spans(days: Numbers | int) -> npt.NDArray[np.timedelta64]:
    """Whole days as spans of time, the only thing NumPy lets be added to dates."""
    return np.asarray(days).astype("timedelta64[D]")


@dataclass(frozen=True)
class Dice:
    """Answers questions about numbered things from one seed."""

    seed: int

    def roll(self, ids: Numbers, *question: object) -> Shares:
        """One share in [0, 1) for each id (SplitMix64 of id and question)."""
        salt = int.from_bytes(blake2b(repr((self.seed, *question)).encode(), digest_size=8).digest(), "big")
        x = ids.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(salt)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x = x ^ (x >> np.uint64(31))
        shares: Shares = (x >> np.uint64(11)).astype(np.float64) / float(1 << 53)
        return shares

    def whole(self, ids: Numbers, count: int, *question: object) -> Numbers:
        """A whole number in [0, count) for each id."""
        return (self.roll(ids, *question) * count).astype(np.int64)

    def happens(self, ids: Numbers, share: float, *question: object) -> Truths:
        """True for about this share of the ids."""
        return np.less(self.roll(ids, *question), share)

    def choose(self, ids: Numbers, weights: Mapping[str, float], *question: object) -> Words:
        """One of the weighted words for each id."""
        edges = np.cumsum(list(weights.values()))
        places = np.searchsorted(edges, self.roll(ids, *question) * edges[-1], side="right")
        chosen: Words = words(list(weights))[np.minimum(places, len(weights) - 1)]
        return chosen

    def begins(self, ids: Numbers, question: str) -> Numbers:
        """Round in which a lasting condition of each id begins; the first round is 1."""
        return self.whole(ids, LAST_BEGINS - FIRST_BEGINS, question, "begins") + FIRST_BEGINS

    def lasting(self, ids: Numbers, share: float, number: int, question: str) -> Truths:
        """A condition this share ever has, where it holds in round `number`."""
        begins = self.begins(ids, question)
        return self.happens(ids, share, question) & (begins <= number) & (number < begins + LASTS)


def words(values: Sequence[object]) -> Words:
    """An array of Python strings."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def join(*parts: Words | str) -> Words:
    """Join columns of text, word by word."""
    length = next(len(part) for part in parts if not isinstance(part, str))
    columns = [[part] * length if isinstance(part, str) else part for part in parts]
    return words(["".join(cells) for cells in zip(*columns, strict=True)])


def take(table: Table, rows: npt.NDArray[Any] | slice) -> Table:
    """The rows of a table a mask, index or slice names."""
    return {name: column[rows] for name, column in table.items()}


def stack(*tables: Table) -> Table:
    """Tables of the same columns, one below the other."""
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


def size(table: Table) -> int:
    """Number of rows."""
    return len(next(iter(table.values())))
