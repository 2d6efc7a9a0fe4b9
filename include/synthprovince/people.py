"""People of a province that does not exist: homes that move, children that are born; a function of seed and dates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from childledger import places
from synthprovince import land, names, sentinel
from synthprovince.chance import Days, Dice, Numbers, Shares, Table, Truths, Words, spans, stack, take, words
from synthprovince.numbers import identity_numbers

NEVER = np.datetime64("NaT", "D")
HALF_YEAR = 182.5


@dataclass(frozen=True)
class Rates:
    """How people live; the movement and birth rates are per half-year."""

    children_per_home: float = 1.62
    twins: float = 0.025
    away: float = 0.16
    """Homes registered here that live outside the counties that send."""
    migrants: float = 0.42
    """Homes living here that are registered in another county."""
    registered_elsewhere: float = 0.03
    """Children whose number names neither today's register nor residence."""
    moves_within: float = 0.09
    other_county: float = 0.25
    """Of those: to any county that sends."""
    leaves: float = 0.08
    arrives: float = 0.35
    """Of the homes outside."""
    births: float = 0.045
    """Of all homes."""


RATES = Rates()


@dataclass(frozen=True)
class Province:
    """The people at one date. Row number and home number are the same; children are numbered by uid."""

    dice: Dice
    counties: tuple[str, ...]
    number: int
    started: date
    as_of: date
    homes: Table
    children: Table


def found(seed: int, start: date, children: int, counties: tuple[str, ...]) -> Province:
    """The province in round 1."""
    dice, day = Dice(seed), np.datetime64(start, "D")
    ids = np.arange(max(2, round(children / RATES.children_per_home)))
    homes = _found_homes(dice, ids, day, counties)
    born = take(_first_children(dice, ids, day), slice(children))
    eldest = np.full(len(ids), day)
    np.minimum.at(eldest, born["home"], born["birth"])
    homes |= _parents_numbers(dice, homes, eldest)
    return _with_sentinel(Province(dice, counties, 1, start, start, homes, _register(dice, homes, born)))


def step(before: Province, as_of: date, rates: Rates = RATES) -> Province:
    """The province one round later: some have moved, some have been born."""
    number, dice = before.number + 1, before.dice
    days = (as_of - before.as_of).days
    homes = _move(before, number, as_of, rates)
    ids = before.homes["home"]
    births = ids[dice.happens(ids, rates.births * days / HALF_YEAR, "birth", number) & (ids != sentinel.HOME)]
    ages = dice.whole(births, days, "birth day", number)
    born = _with_twins(dice, births, np.datetime64(as_of, "D") - spans(ages), ("twins", number))
    born["uid"] = before.children["uid"].max() + 1 + np.arange(len(born["home"]))
    children = stack(before.children, _register(dice, homes, born))
    return replace(before, number=number, as_of=as_of, homes=homes, children=children)


def _found_homes(dice: Dice, ids: Numbers, day: np.datetime64, counties: tuple[str, ...]) -> Table:
    here = dice.choose(ids, _weights(dice, counties), "county")
    away = dice.happens(ids, RATES.away, "away")
    migrant = dice.happens(ids, RATES.migrants, "migrant")
    residence = np.where(away, _outside(dice, ids, counties, "first"), here)
    hukou = np.where(~away & migrant, _registered_in(dice, ids, here, counties), here)
    ethnicity = dice.choose(ids, names.ETHNICITIES, "ethnicity")
    years = -np.log1p(-dice.roll(ids, "years here")) * 2.5
    since = day - spans(np.minimum(years * 365, 6000).astype(np.int64))
    return {
        "home": ids, "ethnicity": ethnicity, **names.name_homes(dice, ids, ethnicity),
        "hukou": hukou, "hukou_door": ids * 1000 + 999,
        "residence": residence, "door": np.where(hukou == residence, ids * 1000 + 999, ids * 1000),
        "since": np.where(hukou == residence, NEVER, since),
        "prior": words([""] * len(ids)), "prior_door": ids * 1000, "left_on": np.full(len(ids), NEVER),
    }  # fmt: skip


def _weights(dice: Dice, counties: tuple[str, ...]) -> dict[str, float]:
    shares = dice.roll(np.array([int(code) for code in counties]), "size")
    return {code: 0.6 + float(share) for code, share in zip(counties, shares, strict=True)}


def _registered_in(dice: Dice, ids: Numbers, here: Words, counties: tuple[str, ...]) -> Words:
    kinds = {"same city": 0.12, "sender": 0.3, "province": 0.3, "elsewhere": 0.28}
    kind = dice.choose(ids, kinds, "registered in")
    codes = land.pick(dice, ids, land.elsewhere(), "registered elsewhere")
    ours = land.pick(dice, ids, tuple(sorted(places.counties())), "registered in the province")
    codes = np.where(kind == "province", ours, codes)
    codes = np.where(kind == "sender", land.pick(dice, ids, counties, "registered with a sender"), codes)
    for city in sorted({code[:4] for code in counties}):
        rows = (kind == "same city") & np.array([code[:4] == city for code in here])
        siblings = tuple(sorted(code for code in places.counties() if code.startswith(city)))
        codes[rows] = land.pick(dice, ids[rows], siblings, "registered in the city")
    return codes


def _outside(dice: Dice, ids: Numbers, counties: tuple[str, ...], when: object) -> Words:
    ours = tuple(sorted(set(places.counties()) - set(counties)))
    far = land.pick(dice, ids, land.elsewhere(), "gone far", when)
    if not ours:
        return far
    near = land.pick(dice, ids, ours, "gone near", when)
    return np.where(dice.happens(ids, 0.4, "near", when), near, far)


def _first_children(dice: Dice, ids: Numbers, day: np.datetime64) -> Table:
    eldest = day - spans(dice.whole(ids, int(17.9 * 365), "eldest"))
    counts = dice.choose(ids, {"1": 0.44, "2": 0.4, "3": 0.12, "4": 0.04}, "children").astype(np.int64)
    batches, birth = [], eldest
    for position in range(4):
        rows = (counts > position) & (birth <= day)
        batches.append(_with_twins(dice, ids[rows], birth[rows], ("twins", "first", position)))
        birth = birth + spans(400 + dice.whole(ids, 1100, "gap", position))
    born = stack(*batches)
    born = take(born, np.argsort(dice.roll(np.arange(len(born["home"])), "order"), kind="stable"))
    born["uid"] = np.arange(len(born["home"])) + 1
    return born


def _with_twins(dice: Dice, homes: Numbers, births: Days, question: tuple[object, ...]) -> Table:
    twins = dice.happens(homes, RATES.twins, *question)
    table = {"home": homes, "birth": births.astype("datetime64[D]"), "twin": twins}
    return stack(table, take(table, twins))


def _register(dice: Dice, homes: Table, born: Table) -> Table:
    """Give the born their sex, name, origin and identity number."""
    uid, home = born["uid"], born["home"]
    sex = np.where(dice.happens(uid, 0.52, "boy"), "1", "2").astype(object)
    same = born["twin"] & dice.happens(home, 0.6, "twins of one sex")
    sex[same] = np.where(dice.happens(home[same], 0.5, "twins are boys"), "1", "2")
    parents = {name: homes[name][home] for name in ("surname", "mother", "ethnicity")}
    strangers = land.pick(dice, uid, land.elsewhere(), "born elsewhere")
    origin = np.where(dice.happens(uid, RATES.registered_elsewhere, "elsewhere"), strangers, homes["hukou"][home])
    order = np.lexsort((uid, home))  # twins stand together, so their sequences follow one another
    number = words([""] * len(uid))
    number[order] = identity_numbers(dice, origin[order], born["birth"][order], sex[order] == "1")
    name = names.name_children(dice, uid, home, sex, parents)
    return {**born, "sex": sex, "name": name, "origin": origin, "id_number": number}


def _parents_numbers(dice: Dice, homes: Table, eldest: Days) -> Table:
    numbers = {}
    for parent, is_male in (("father", True), ("mother", False)):
        ages = (20 + dice.roll(homes["home"], parent, "age") * 14) * 365.25
        births = eldest - ages.astype(np.int64)
        flags = np.full(len(eldest), is_male)
        numbers[f"{parent}_id"] = identity_numbers(dice, homes["hukou"], births, flags)
    return numbers


def _move(before: Province, number: int, as_of: date, rates: Rates) -> Table:
    days = (as_of - before.as_of).days
    share = min(1.0, max(days / HALF_YEAR, 0.1))  # a second drop on one day still shows a little change
    dice, homes = before.dice, dict(before.homes)
    ids, residence, hukou = homes["home"], homes["residence"], homes["hukou"]
    settled = ids != sentinel.HOME
    inside = np.isin(residence, before.counties)
    chance = dice.roll(ids, "move", number)
    within, leaves, arrives = _who_moves(chance, inside & settled, ~inside & settled, share, rates)
    other = dice.choose(ids, _weights(dice, before.counties), "arrives in", number)
    hukou_here = np.isin(hukou, before.counties)
    back = ~hukou_here & dice.happens(ids, 0.5, "back", number)
    gone = np.where(back, hukou, _outside(dice, ids, before.counties, number))
    target = np.where(within & dice.happens(ids, rates.other_county, "other county", number), other, residence)
    target = np.where(leaves, gone, target)
    target = np.where(arrives, np.where(hukou_here & dice.happens(ids, 0.4, "home", number), hukou, other), target)
    moved = within | leaves | arrives
    when = np.datetime64(as_of, "D") - spans(dice.whole(ids, days, "moved on", number))
    return _settle(homes, moved, target, when, number)


def _who_moves(
    chance: Shares, inside: Truths, outside: Truths, share: float, rates: Rates
) -> tuple[Truths, Truths, Truths]:
    first = rates.moves_within * share
    within = inside & (chance < first)
    leaves = inside & (chance >= first) & (chance < first + rates.leaves * share)
    return within, leaves, outside & (chance < rates.arrives * share)


def _settle(homes: Table, moved: Truths, target: Words, when: Days, number: int) -> Table:
    """Write the moves down: where to, since when, and what was left behind."""
    across = moved & (target != homes["residence"])
    back = moved & (target == homes["hukou"])
    return homes | {
        "prior": np.where(across, homes["residence"], homes["prior"]),
        "prior_door": np.where(across, homes["door"], homes["prior_door"]),
        "left_on": np.where(across, when, homes["left_on"]),
        "residence": target,
        "door": np.where(moved, homes["home"] * 1000 + number % 999, homes["door"]),
        "since": np.where(back & across, NEVER, np.where(across, when, homes["since"])),
    }


def _with_sentinel(province: Province) -> Province:
    homes = {name: column.copy() for name, column in province.homes.items()}
    here = province.counties[0]
    register = next(code for code in reversed(land.USUAL) if code != here)
    start = np.datetime64(province.as_of, "D")
    for name, value in {
        "ethnicity": "汉", "surname": "赵", "father": sentinel.GUARDIAN, "father_id": sentinel.GUARDIAN_ID_NUMBER,
        "hukou": register, "residence": here, "since": start - spans(900), "door": 0,
    }.items():  # fmt: skip
        homes[name][sentinel.HOME] = value
    others = take(province.children, province.children["home"] != sentinel.HOME)
    values = {
        "home": sentinel.HOME, "birth": np.datetime64(sentinel.BIRTH_DATE, "D"), "twin": False, "uid": sentinel.UID,
        "sex": "1", "name": sentinel.NAME, "origin": "410105", "id_number": sentinel.ID_NUMBER,
    }  # fmt: skip
    one = {name: np.array([values[name]], dtype=column.dtype) for name, column in others.items()}
    return replace(province, homes=homes, children=stack(one, others))
