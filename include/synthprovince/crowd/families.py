"""Homes and their children before anybody writes them down: numbers only, unique where the state makes them unique.

Days count from 1970-01-01. Regions are six-digit codes as numbers.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from childledger import places
from synthprovince import land
from synthprovince.chance import Numbers, Truths, words

AS_OF = int(np.datetime64("2026-09-01", "D").astype(np.int64))
YEAR = 365.2425
LARGEST = 5_000_000
"""Most children of one crowd: certificate numbers have seven digits."""
CHILDREN_PER_HOME = {1: 0.56, 2: 0.36, 3: 0.08}
MIGRANT, FAR, MOVED = 0.18, 0.4, 0.45
"""Homes living outside their county of register; of them from another province; of them once elsewhere before."""
TWINS = 0.036
"""Of homes with two children or more; gives 2.3 % of children."""
SAME_SEX, CONSECUTIVE, REGISTERED_ELSEWHERE = 0.72, 0.85, 0.03
SLOTS = 250
"""Births one region registers under one date: each has four of the thousand sequence numbers."""


@dataclass(frozen=True)
class Homes:
    """One entry a home. `born`, `region` and `sequence` have a column each for father, mother and grandparent."""

    home: Numbers
    hukou: Numbers
    residence: Numbers
    former: Numbers
    """Residence before the last move; the same where there was none."""
    born: Numbers
    region: Numbers
    sequence: Numbers


@dataclass(frozen=True)
class Children:
    """One entry a child, homes together and the eldest first; `home` is the place in Homes."""

    child: Numbers
    home: Numbers
    born: Numbers
    male: Numbers
    twin: Truths
    birth: Numbers
    """Number of the birth; twins share it."""
    region: Numbers
    sequence: Numbers


def counties(region: str) -> Numbers:
    """Codes of the counties of a province (two digits); ValueError if there are none."""
    found = [code for code in county_texts() if code.startswith(region)]
    if not found:
        raise ValueError(f"no county has a code that begins with {region}")
    return np.array(sorted(found), dtype=np.int64)


def county_texts() -> dict[str, tuple[str, str, str]]:
    """Province, city and county by code, as they are now."""
    with (places.REFERENCE / "national_counties_current.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {row["code"]: (row["province_name"], row["city_name"], row["name"]) for row in rows}


def found(count: int, seed: int, region: str) -> tuple[Homes, Children]:
    """Homes with `count` children under eighteen in all."""
    if not 0 < count <= LARGEST:
        raise ValueError(f"a crowd has 1 to {LARGEST} children")
    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, 0])))
    home, born, twin = _births(rng, count)
    homes = int(home[-1]) + 1
    hukou, residence, former = _settle(rng, homes, counties(region), region)
    second = twin & np.r_[False, (home[1:] == home[:-1]) & (born[1:] == born[:-1])]
    birth = np.cumsum(~second) - 1
    male = _sexes(rng, birth, twin)
    own = hukou[home]
    stranger = rng.random(count) < REGISTERED_ELSEWHERE
    own[stranger] = rng.choice(_elsewhere(region), int(stranger.sum()))
    own = own[np.searchsorted(birth, birth)]  # twins are registered in one place
    own = _code_then(own, born)
    children = Children(
        np.arange(count), home, born, male, twin, birth, own, _child_sequences(rng, own, born, male, birth)
    )
    eldest = born[np.searchsorted(home, np.arange(homes))]
    return _with_adults(rng, hukou, residence, former, eldest), children


def part(homes: Homes, children: Children, start: int, end: int) -> tuple[Homes, Children]:
    """The homes of places `start` to `end`, with their children."""
    low, high = np.searchsorted(children.home, (start, end))
    taken = Children(**{field.name: getattr(children, field.name)[low:high] for field in fields(children)})
    moved = {field.name: getattr(taken, field.name) for field in fields(taken)} | {"home": taken.home - start}
    return Homes(**{field.name: getattr(homes, field.name)[start:end] for field in fields(homes)}), Children(**moved)


def _births(rng: np.random.Generator, count: int) -> tuple[Numbers, Numbers, Truths]:
    """Home, day and twinship of `count` children."""
    homes = count + 8
    sizes = rng.choice(list(CHILDREN_PER_HOME), homes, p=list(CHILDREN_PER_HOME.values()))
    twins = (sizes > 1) & (rng.random(homes) < TWINS)
    youngest = AS_OF - rng.integers(5, int(17.98 * YEAR), homes)
    second = np.where(twins, youngest, youngest - rng.integers(400, 2200, homes))
    third = second - rng.integers(400, 2200, homes)
    days = np.stack([third, second, youngest], axis=1)
    present = np.stack([sizes > 2, sizes > 1, sizes > 0], axis=1) & (days > AS_OF - int(18 * YEAR))
    home, place = np.nonzero(present)
    twin = twins[home] & (place > 0)
    _, home = np.unique(home[:count], return_inverse=True)
    # the last home may have lost a child to the cut
    alone = np.r_[home[1:] != home[:-1], True] & np.r_[True, home[1:] != home[:-1]]
    return home, days[present][:count], twin[:count] & ~alone


def _settle(rng: np.random.Generator, homes: int, ours: Numbers, region: str) -> tuple[Numbers, Numbers, Numbers]:
    """Register, residence and the residence before it."""
    sizes = rng.lognormal(0, 0.5, len(ours))
    sizes /= sizes.sum()
    residence, other, before = (rng.choice(ours, homes, p=sizes) for _ in range(3))
    far = rng.choice(_elsewhere(region), homes)
    migrant, is_far, moved = (rng.random(homes) < share for share in (MIGRANT, FAR, MOVED))
    hukou = np.where(migrant, np.where(is_far, far, other), residence)
    return hukou, residence, np.where(migrant & moved, before, residence)


def _elsewhere(region: str) -> Numbers:
    return np.array([int(code) for code in county_texts() if not code.startswith(region)], dtype=np.int64)


def _sexes(rng: np.random.Generator, birth: Numbers, twin: Truths) -> Numbers:
    male = rng.random(len(birth)) < 0.525
    shared = (rng.random(len(birth)) < 0.525)[birth]
    same = (rng.random(len(birth)) < 2 * SAME_SEX - 1)[birth]
    return np.where(twin & same, shared, male).astype(np.int64)


def _code_then(regions: Numbers, born: Numbers) -> Numbers:
    """The code each region bore in the year of birth."""
    pairs, back = np.unique(regions * 10_000 + (born / YEAR).astype(np.int64), return_inverse=True)
    days = (pairs % 10_000 * YEAR + 180).astype(np.int64).astype("datetime64[D]")
    codes = land.code_at(words([f"{code:06d}" for code in (pairs // 10_000).tolist()]), days)
    return codes.astype(np.int64)[back]


def _child_sequences(
    rng: np.random.Generator, region: Numbers, born: Numbers, male: Numbers, birth: Numbers
) -> Numbers:
    """Sequence numbers: the second twin's follows the first's, mostly."""
    second = np.r_[False, birth[1:] == birth[:-1]]
    apart = second & (rng.random(len(birth)) > CONSECUTIVE)
    follows = second & ~apart
    half = (rng.random(len(birth)) < 0.5).astype(np.int64)
    half[:-1][follows[1:]] = 0
    half[follows] = 1
    slots = np.zeros(len(birth), dtype=np.int64)
    slots[~follows] = _slots(region[~follows], born[~follows])
    slots[follows] = slots[np.flatnonzero(follows) - 1]
    return slots * 4 + half * 2 + male


def _slots(region: Numbers, born: Numbers) -> Numbers:
    """A slot for each birth, different for those of one region and day."""
    key = region * 100_000 + born + 40_000
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    starts = np.r_[True, ordered[1:] != ordered[:-1]]
    rank = np.arange(len(key)) - np.maximum.accumulate(np.where(starts, np.arange(len(key)), 0))
    if rank.max(initial=0) >= SLOTS:
        raise ValueError("too many children for so few counties: identity numbers run out")
    mixed = ordered * 2654435761 % 4294967291
    steps = np.array([n for n in range(1, SLOTS) if n % 2 and n % 5])
    slots = np.empty(len(key), dtype=np.int64)
    slots[order] = (rank * steps[mixed % len(steps)] + mixed // 1009) % SLOTS
    return slots


def _with_adults(
    rng: np.random.Generator, hukou: Numbers, residence: Numbers, former: Numbers, eldest: Numbers
) -> Homes:
    count = len(hukou)
    father = eldest - (YEAR * (22 + 16 * rng.beta(2, 3, count))).astype(np.int64)
    mother = eldest - (YEAR * (20.5 + 16 * rng.beta(2, 3, count))).astype(np.int64)
    grand = np.minimum(father, mother) - (YEAR * (21 + 9 * rng.random(count))).astype(np.int64)
    born = np.stack([father, mother, grand], axis=1)
    region = np.repeat(hukou[:, None], 3, axis=1)
    married_in = rng.random(count) < 0.5
    region[married_in, 1] = rng.choice(hukou, int(married_in.sum()))
    male: npt.NDArray[np.int64] = np.stack(
        [np.ones(count, int), np.zeros(count, int), (rng.random(count) < 0.45).astype(int)], axis=1
    )
    half = (rng.random((count, 3)) < 0.5).astype(np.int64)
    slots = _slots(region.ravel(), born.ravel()).reshape(count, 3)
    return Homes(np.arange(count), hukou, residence, former, born, region, slots * 4 + half * 2 + male)


def ages(children: Children) -> npt.NDArray[np.float64]:
    """Age in years on the day the lists are drawn up."""
    found: npt.NDArray[np.float64] = (AS_OF - children.born) / YEAR
    return found
