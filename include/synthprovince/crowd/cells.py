"""Cells as arrays of text, and the few ways rows are picked to go wrong; nothing here knows a column."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from synthprovince.chance import Numbers, Truths

Letters = npt.NDArray[np.str_]
Octets = npt.NDArray[np.uint8]
Rng = np.random.Generator

WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)


def hits(rng: Rng, among: Truths, rate: float | npt.NDArray[np.float64]) -> Numbers:
    """Rows among those allowed that chance picks."""
    found: Numbers = np.flatnonzero(among & (rng.random(len(among)) < rate))
    return found


def kinds(rng: Rng, shares: list[float | npt.NDArray[np.float64]], count: int) -> Numbers:
    """One kind for each row, by exclusive shares; the number of shares where none applies."""
    edges = np.cumsum(np.stack([np.broadcast_to(share, count) for share in shares]), axis=0)
    found: Numbers = (rng.random(count) >= edges).sum(axis=0)
    return found


def digits(numbers: Numbers, width: int) -> Octets:
    """Numbers as rows of digits, zeros in front."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return (numbers[:, None] // powers % 10 + 48).astype(np.uint8)


def text(octets: Octets) -> Letters:
    """Rows of ASCII, filled up with zeros, as text."""
    matrix = np.ascontiguousarray(octets).astype(np.uint32)
    found: Letters = matrix.view(f"U{matrix.shape[1]}")[:, 0]
    return found


def octets(values: Letters, width: int) -> Octets:
    """ASCII text as rows of `width` octets."""
    wide = np.ascontiguousarray(values.astype(f"U{width}"))
    return wide.view(np.uint32).reshape(len(values), width).astype(np.uint8)


def identity_numbers(region: Numbers, born: Numbers, sequence: Numbers) -> Octets:
    """Valid numbers (GB 11643-1999) as rows of 18 octets."""
    return with_check(region * 10**11 + calendar(born) * 1000 + sequence)


def with_check(bodies: Numbers) -> Octets:
    """Bodies of seventeen digits with their check character (ISO 7064 MOD 11-2)."""
    body = digits(bodies, 17)
    check = CHECKS[(body.astype(np.int64) - 48) @ WEIGHTS % 11]
    return np.concatenate([body, check[:, None]], axis=1)


def calendar(days: Numbers) -> Numbers:
    """Days as numbers YYYYMMDD."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    month = months.astype(np.int64)
    day = (dates - months).astype(np.int64) + 1
    found: Numbers = (1970 + month // 12) * 10_000 + (month % 12 + 1) * 100 + day
    return found


def change_digit(rng: Rng, cells: Octets, rows: Numbers, width: int) -> None:
    """Another digit at one of the first `width` places, in place."""
    place = rng.integers(0, width, len(rows))
    old = cells[rows, place]
    new = 48 + (np.where(old == 88, 3, old.astype(np.int64) - 48) + rng.integers(1, 10, len(rows))) % 10
    cells[rows, place] = np.where((old >= 48) & (old < 58) | (old == 88), new, old)


def swap(rng: Rng, cells: Octets, rows: Numbers, width: int) -> None:
    """Two neighbours the other way round, in place; where all fails they were alike."""
    place = rng.integers(0, width - 1, len(rows))
    for _ in range(4):
        same = cells[rows, place] == cells[rows, place + 1]
        place = np.where(same, rng.integers(0, width - 1, len(rows)), place)
    cells[rows, place], cells[rows, place + 1] = cells[rows, place + 1], cells[rows, place].copy()


def stretch(rng: Rng, cells: Octets, rows: Numbers, width: int) -> None:
    """One character lost or doubled, in place; `cells` must have room for one more."""
    place = rng.integers(0, width, len(rows))
    lost = rng.random(len(rows)) < 0.6
    columns = np.arange(cells.shape[1])
    step = np.where(columns >= place[:, None], np.where(lost, 1, -1)[:, None], 0)
    source = np.clip(columns + np.where(lost[:, None] | (columns > place[:, None]), step, 0), 0, cells.shape[1] - 1)
    moved = np.take_along_axis(cells[rows], source, axis=1)
    moved[lost, -1] = 0
    cells[rows] = moved


def full_width(values: Letters, rows: Numbers) -> None:
    """Digits and letters as a Chinese keyboard writes them, in place."""
    codes = values.view(np.uint32).reshape(len(values), -1)
    picked = codes[rows]
    codes[rows] = np.where((picked > 32) & (picked < 127), picked + 0xFEE0, picked)
