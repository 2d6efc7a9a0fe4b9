"""Identity numbers as GB 11643-1999 makes them: region of registration, birth date, sequence by sex, check."""

from __future__ import annotations

import numpy as np

from synthprovince.chance import Days, Dice, Numbers, Words, words
from synthprovince.land import code_at

WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECKS = np.array(list("10X98765432"), dtype=object)


def identity_numbers(dice: Dice, origins: Words, births: Days, is_male: np.ndarray) -> Words:
    """Valid numbers, each different, for people registered together; twins come one after the other."""
    regions = code_at(origins, births)
    groups = origins.astype(np.int64) * 100_000 + births.astype("datetime64[D]").astype(np.int64)
    sequence = (2 * dice.whole(groups, 500, "sequence") + 2 * _rank_in(groups) + is_male) % 1000
    parts = zip(regions, compact(births), sequence.tolist(), strict=True)
    return with_check([f"{region}{day}{number:03d}" for region, day, number in parts])


def compact(days: Days) -> list[str]:
    """Dates as eight digits."""
    return [text.replace("-", "") for text in days.astype("datetime64[D]").astype(str).tolist()]


def with_check(bodies: list[str]) -> Words:
    """Append the check character (ISO 7064 MOD 11-2) to 17-digit bodies."""
    if not bodies:
        return words([])
    digits = np.array(bodies, dtype="U17").view("U1").reshape(-1, 17).astype(np.int64)
    checks = CHECKS[digits @ WEIGHTS % 11]
    return words([body + check for body, check in zip(bodies, checks, strict=True)])


def _rank_in(groups: Numbers) -> Numbers:
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts = np.r_[True, ordered[1:] != ordered[:-1]] if len(groups) else np.zeros(0, dtype=bool)
    firsts = np.maximum.accumulate(np.where(starts, np.arange(len(groups)), 0))
    ranks = np.empty(len(groups), dtype=np.int64)
    ranks[order] = np.arange(len(groups)) - firsts
    return ranks
