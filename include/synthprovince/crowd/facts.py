"""Dates, sexes, places, phones and addresses as each office writes them, right or wrong."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
from lunar_python import LunarYear

from synthprovince import land
from synthprovince.chance import Dice, Numbers, Truths
from synthprovince.crowd import cells
from synthprovince.crowd.cells import Letters, Rng
from synthprovince.crowd.families import AS_OF, Children, Homes, county_texts
from synthprovince.crowd.naming import ETHNICITIES
from synthprovince.crowd.rates import Rates
from synthprovince.crowd.rolls import (
    ASSISTANCE,
    CDC,
    HEALTH,
    INSURANCE,
    POLICE,
    Records,
)

FIRST_YEAR, LAST_YEAR = 2007, 2027
JULIAN_1970 = 2440588
STYLES: tuple[Callable[[int, int, int], str], ...] = (
    lambda y, m, d: f"{y}-{m:02d}-{d:02d}",
    lambda y, m, d: f"{y}{m:02d}{d:02d}",
    lambda y, m, d: f"{y}/{m}/{d}",
    lambda y, m, d: f"{y}年{m}月{d}日",
    lambda y, m, d: f"{y}.{m:02d}.{d:02d}",
    lambda y, m, d: f"{y}-{m:02d}-{d:02d} 00:00:00",
    lambda y, m, d: f"{y}-{m}-{d}",
)
FEED_STYLE = (0, 1, 0, 1, 5, 2, 3, 4)
SEXES = np.array([["女", "男"], ["2", "1"], ["F", "M"], ["女性", "男性"]])
FEED_SEXES = (0, 1, 0, 1, 2, 0, 0, 0)
FEED_ETHNICITY = (0, 2, 1, 1, 1, 0, 1, 0)
"""汉, 汉族 or 01."""
NUMBERS = {
    "汉": "01", "蒙古": "02", "回": "03", "藏": "04", "维吾尔": "05", "苗": "06", "彝": "07", "壮": "08", "满": "11",
    "土家": "15", "哈萨克": "17",
}  # fmt: skip
PREFIXES = np.array([
    138, 139, 136, 137, 135, 150, 151, 152, 158, 159, 182, 183, 187, 188, 130, 131, 132, 155, 156, 176, 185, 186, 133,
    153, 177, 180, 181, 189, 199, 198, 166, 173,
])  # fmt: skip
NOTHING = np.array(["无", "/", "-", "不详", "—", "空"])


def birth_dates(rng: Rng, children: Children, records: Records, rates: Rates) -> tuple[Letters, Truths]:
    """The birth_date column and where it is filled."""
    born, count = children.born[records.child], len(records.child)
    # a family that goes by the lunar calendar does so at more than one counter
    lunar = np.where((rng.random(len(children.child)) < 0.12)[records.child], rates.birth_lunar / 0.12, 0.0)
    kind = cells.kinds(rng, [
        rates.birth_missing, lunar, rates.birth_swap, rates.birth_shift, rates.birth_digit, rates.birth_default,
    ], count)  # fmt: skip
    shift = np.where(rng.random(count) < 0.5, rng.choice([-1, 1, -2, 2], count), rng.integers(-31, 32, count))
    written = cells.calendar(np.where(kind == 3, np.minimum(born + shift, AS_OF), born))
    written = np.where(kind == 1, _lunar()[born - _first_day()], written)
    written = np.where(kind == 2, _swapped(written), written)
    written = np.where(kind == 4, _one_digit(rng, written), written)
    written = np.where(kind == 5, written // 10_000 * 10_000 + 101, written)
    style = records.by_feed(FEED_STYLE).astype(np.int64)
    style = np.where(rng.random(count) < rates.birth_style, rng.integers(0, len(STYLES), count), style)
    return _texts()[_place(written), style], kind != 0


@functools.cache
def _texts() -> Letters:
    """Every date, real or not, in every style."""
    dates = [(y, m, d) for y in range(FIRST_YEAR, LAST_YEAR + 1) for m in range(1, 13) for d in range(1, 32)]
    return np.array([[style(*date) for style in STYLES] for date in dates])


def _place(written: Numbers) -> Numbers:
    year, month, day = written // 10_000, written // 100 % 100, written % 100
    year = np.clip(year, FIRST_YEAR, LAST_YEAR)
    return (year - FIRST_YEAR) * 372 + (month - 1) * 31 + day - 1


def _first_day() -> int:
    return int(np.datetime64(f"{FIRST_YEAR}-01-01", "D").astype(np.int64))


@functools.cache
def _lunar() -> Numbers:
    """Lunar date of each day, written like a date; leap months like the plain month."""
    days = np.zeros(int(np.datetime64(f"{LAST_YEAR}-01-01", "D").astype(np.int64)) - _first_day(), dtype=np.int64)
    for year in range(FIRST_YEAR - 1, LAST_YEAR):
        for month in LunarYear.fromYear(year).getMonths():
            start = int(np.ceil(month.getFirstJulianDay())) - JULIAN_1970 - _first_day()
            for day in range(month.getDayCount()):
                if 0 <= start + day < len(days):
                    days[start + day] = month.getYear() * 10_000 + abs(month.getMonth()) * 100 + day + 1
    return days


def _swapped(written: Numbers) -> Numbers:
    """Day and month the other way round, where that is a date."""
    month, day = written // 100 % 100, written % 100
    return np.where(day <= 12, written // 10_000 * 10_000 + day * 100 + month, written)


def _one_digit(rng: Rng, written: Numbers) -> Numbers:
    """Another year, month or day, by one digit."""
    year, month, day = written // 10_000, written // 100 % 100, written % 100
    which = rng.integers(0, 3, len(written))
    step = rng.choice([-1, 1], len(written))
    year = np.where(which == 0, np.clip(year + step, 2008, 2026), year)
    month = np.where(which == 1, np.clip(month + step, 1, 12), month)
    day = np.where(which == 2, (day + 10) % 31 % 28 + 1, day)
    return year * 10_000 + month * 100 + day


def sexes(rng: Rng, children: Children, records: Records, rates: Rates) -> tuple[Letters, Truths]:
    """The sex column and where it is filled."""
    count = len(records.child)
    male = children.male[records.child] ^ (rng.random(count) < rates.sex_wrong)
    coding = records.by_feed(FEED_SEXES).astype(np.int64)
    coding = np.where(rng.random(count) < 0.01, 3, coding)
    return SEXES[coding, male], rng.random(count) >= rates.sex_missing


def ethnicities(rng: Rng, of_child: Numbers, records: Records) -> tuple[Letters, Truths]:
    """The ethnicity column and where it is filled."""
    table = np.array([[name, f"{name}族", NUMBERS[name]] for name in ETHNICITIES])
    coding = records.by_feed(FEED_ETHNICITY).astype(np.int64)
    present = records.has("ethnicity") & (rng.random(len(coding)) >= 0.04)
    return table[of_child[records.child], coding], present


def residences(rng: Rng, homes: Homes, children: Children, records: Records) -> tuple[Numbers, Numbers]:
    """Where each record says the child lives: code, and which dwelling (0 now, 1 before, 2 at the register)."""
    home = children.home[records.child]
    chance = rng.random(len(home))
    at_register = np.zeros(8)
    at_register[[POLICE, INSURANCE, ASSISTANCE, HEALTH]] = 0.15, 0.06, 0.45, 0.05
    dwelling = np.where(records.migrant & (chance < at_register[records.feed]), 2, 0)
    before = np.zeros(8) + 0.14
    before[[CDC, HEALTH]] = 0.24
    dwelling = np.where(records.migrant & (chance > 1 - before[records.feed]) & ~records.later, 1, dwelling)
    codes = np.select([dwelling == 2, dwelling == 1], [homes.hukou[home], homes.former[home]], homes.residence[home])
    return codes, dwelling


def codes(
    rng: Rng, values: Numbers, ours: Numbers, records: Records, column: str, rates: Rates
) -> tuple[Letters, Truths]:
    """A column of county codes: now and then another county's, or one since abolished."""
    former = {int(new): int(old) for new, old in land.former_codes().items()}
    found = values.copy()
    wrong = cells.hits(rng, np.ones(len(values), dtype=bool), rates.place_wrong)
    found[wrong] = rng.choice(ours, len(wrong))
    for new, old in former.items():
        rows = np.flatnonzero(found == new)
        found[rows[rng.random(len(rows)) < 0.04]] = old
    present = records.has(column) & (rng.random(len(values)) >= rates.place_missing)
    return cells.text(cells.digits(found, 6)), present


def phones(
    rng: Rng, dice: Dice, homes: Homes, children: Children, records: Records, role: Numbers, rates: Rates
) -> tuple[Letters, Truths]:
    """The guardian_phone column and where it is filled."""
    count = len(records.child)
    home = homes.home[children.home[records.child]]
    owner = np.where(rng.random(count) < 0.8, role, rng.integers(0, 2, count))
    stale = rng.random(count) < rates.phone_stale * np.where(records.migrant, 2.0, 0.8)
    number = _mobile(dice, home * 8 + owner * 2 + stale)
    shared = dice.happens(home, rates.phone_shared, "shared phone")
    agent = _mobile(
        dice, -1 - dice.whole(homes.hukou[children.home[records.child]] * 100 + home % 40, 10**9, "agent") % 4000
    )
    number = np.where(shared & (rng.random(count) < 0.8), agent, number)
    octets = cells.digits(number, 11)
    typo = cells.hits(rng, np.ones(count, dtype=bool), rates.phone_typo)
    octets[typo[::2], 3 + rng.integers(0, 8, len(typo[::2]))] = 48 + rng.integers(0, 10, len(typo[::2]))
    cells.swap(rng, octets, typo[1::2], 11)
    written = cells.text(octets).astype("U24")
    landline = dice.happens(home, 0.02, "landline") & (rng.random(count) < 0.5)
    written[landline] = np.strings.add("0371-", np.strings.slice(written[landline], 3, 11))
    placeholder = cells.hits(rng, ~landline, rates.phone_placeholder)
    written[placeholder] = rng.choice(["13800000000", "11111111111", "13333333333", "00000000000"], len(placeholder))
    _format_phones(rng, written, cells.hits(rng, ~landline, rates.phone_format), dice, home)
    return written, rng.random(count) >= rates.phone_missing


def _mobile(dice: Dice, ids: Numbers) -> Numbers:
    numbers: Numbers = PREFIXES[dice.whole(ids, len(PREFIXES), "prefix")] * 10**8 + dice.whole(ids, 10**8, "phone")
    return numbers


def _format_phones(rng: Rng, written: Letters, rows: Numbers, dice: Dice, home: Numbers) -> None:
    way = rng.integers(0, 5, len(rows))
    cells.full_width(written, rows[way == 0])
    for number, prefix in {1: "+86", 2: "86-"}.items():
        written[rows[way == number]] = np.strings.add(prefix, written[rows[way == number]])
    some = rows[way == 3]
    old = written[some]
    parts = (np.strings.slice(old, 0, 3), np.strings.slice(old, 3, 7), np.strings.slice(old, 7, 11))
    written[some] = np.strings.add(
        np.strings.add(parts[0], np.strings.add("-", parts[1])), np.strings.add("-", parts[2])
    )
    two = rows[way == 4]
    other = cells.text(cells.digits(_mobile(dice, home[two] * 8 + 2), 11))
    written[two] = np.strings.add(np.strings.add(written[two], "/"), other)


def addresses(
    rng: Rng,
    dice: Dice,
    homes: Homes,
    children: Children,
    records: Records,
    place: tuple[Numbers, Numbers],
    rates: Rates,
) -> tuple[Letters, Truths]:
    """The address column and where it is filled: long or short, with the door written in several ways."""
    code, dwelling = place
    count = len(code)
    home = homes.home[children.home[records.child]]
    stale = (rng.random(count) < rates.address_stale) & ~records.migrant
    door = home * 8 + np.where(stale, 3, dwelling)
    full, short = _county_names()
    known = np.searchsorted(_county_codes(), code)
    head = np.where(rng.random(count) < 0.7, full[known], short[known])
    township = np.array(land.TOWNSHIPS)[(code * 7 + dice.whole(door, 14, "township")) % len(land.TOWNSHIPS)]
    village = np.array(land.VILLAGES)[(code + dice.whole(door, 150, "village")) % len(land.VILLAGES)]
    urban = dice.happens(door, 0.45, "urban")
    number = dice.whole(door, 320, "number") + 1
    estate = np.array(land.ESTATES)[dice.whole(door, len(land.ESTATES), "estate")]
    house = np.array([f"{n}号" for n in range(400)])[number]
    flat = np.array([f"{n % 30 + 1}号楼{n % 4 + 1}单元{n % 17 + 1:02d}{n % 4 + 1:02d}室" for n in range(400)])[number]
    terse = np.array([f"{n % 30 + 1}-{n % 4 + 1}-{n % 17 + 1}{n % 4 + 1:02d}" for n in range(400)])[number]
    flat = np.where(rng.random(count) < 0.75, flat, terse)
    house = np.where(rng.random(count) < 0.15, "", house)
    tail = np.where(urban, np.strings.add(estate, flat), np.strings.add(np.strings.add(village, "庄村"), house))
    middle = np.strings.add(township, np.where(urban, "街道", "镇"))
    middle = np.where(rng.random(count) < 0.12, "", middle)
    written = np.strings.add(np.strings.add(head, middle), tail)
    return written, records.has("address") & (rng.random(count) >= rates.address_missing)


@functools.cache
def _county_codes() -> Numbers:
    return np.array(sorted(int(code) for code in county_texts()), dtype=np.int64)


@functools.cache
def _county_names() -> tuple[Letters, Letters]:
    """City and county with and without the province, in order of the codes."""
    named = county_texts()
    texts = [named[f"{code:06d}"] for code in _county_codes().tolist()]
    return np.array(["".join(parts) for parts in texts]), np.array([parts[2] for parts in texts])
