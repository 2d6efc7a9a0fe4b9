"""Where people live: real county codes, of today and of the past; townships, villages and doors are invented."""

from __future__ import annotations

import csv
import functools

import numpy as np

from childledger import places
from synthprovince.chance import Days, Dice, Numbers, Words, join, words

USUAL = ("410105", "410122", "411681")
"""A city district, a county at its edge and a county-level city people leave."""
TOWNSHIPS = [
    "城关", "柳林", "文化路", "东风", "槐树", "官渡", "白沙", "姚桥", "大孟", "秣陵", "高寺", "南顿", "丁集",
    "永丰", "贾岭", "王明口", "三店", "范集", "青年", "万滩", "雁鸣湖", "韩寺", "刁家", "花桥", "沙河",
    "凤台", "石桥", "马庙", "龙泉", "新兴", "清水", "双塔", "北环", "丰产", "玉泉", "桃园",
]  # fmt: skip
VILLAGES = [
    "张", "王", "李", "赵", "前刘", "后陈", "大马", "小杨", "东岳", "西郭", "南何", "北许", "上朱", "下魏",
    "老徐", "新孙", "高", "郑", "石", "梁", "苗", "曹", "侯", "邵",
]  # fmt: skip
ESTATES = ["阳光花园", "锦绣新村", "和谐家园", "绿城小区", "安置小区", "盛世名城", "东方苑", "祥和里"]
RELIABLE_SINCE = 1984
"""Older change events are noisy (include/reference/README.txt)."""
REMEMBERED = 2000


def choose_counties(count: int) -> tuple[str, ...]:
    """The counties that send: the usual three first, then the others by code."""
    others = [code for code in sorted(places.counties()) if code not in USUAL]
    return (*USUAL, *others)[:count]


def _reference(name: str) -> list[dict[str, str]]:
    with (places.REFERENCE / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@functools.cache
def zones() -> tuple[str, ...]:
    """Development zones: statistical codes that clerks take for counties."""
    return tuple(row["nbs_statistical_code"] for row in _reference("henan_nbs_zone_codes.csv"))


@functools.cache
def _recodes() -> list[tuple[str, str, int]]:
    events = [(r["old_code"], r["new_code"], int(r["year"])) for r in _reference("henan_history.csv")]
    real = [(old, new, year) for old, new, year in events if old and new and old != new and year >= RELIABLE_SINCE]
    return sorted(real, key=lambda event: -event[2])


def code_at(codes: Words, births: Days) -> Words:
    """The code each county bore when somebody born there was registered."""
    years = births.astype("datetime64[Y]").astype(np.int64) + 1970
    then = codes.copy()
    for old, new, year in _recodes():
        then[(then == new) & (years < year)] = old
    return then


@functools.cache
def former_codes() -> dict[str, str]:
    """Today's county code → the code it bore before, which old lists still hold."""
    return {new: old for old, new, year in reversed(_recodes()) if new in places.counties() and year >= REMEMBERED}


@functools.cache
def elsewhere() -> tuple[str, ...]:
    """Counties of other provinces."""
    return tuple(sorted(code for code in places.divisions() if not code.startswith("41")))


def pick(dice: Dice, ids: Numbers, codes: tuple[str, ...], *question: object) -> Words:
    """One of these codes for each id."""
    return words(codes)[dice.whole(ids, len(codes), *question)]


def is_urban(county: str) -> bool:
    """Tell whether a county is a city district."""
    known = places.counties().get(county)
    return known is not None and known.kind == "市辖区"


def township_numbers(dice: Dice, doors: Numbers) -> Numbers:
    """Number of the township, 1 to 14, by door."""
    return dice.whole(doors, 14, "township") + 1


def village_numbers(dice: Dice, doors: Numbers) -> Numbers:
    """Number of the village or community inside its township, 1 to 12."""
    return dice.whole(doors, 12, "village") + 1


def township_names(counties: Words, numbers: Numbers) -> Words:
    """Names by county and number."""
    return words([_township(county, int(number)) for county, number in zip(counties, numbers, strict=True)])


@functools.cache
def _township(county: str, number: int) -> str:
    name = TOWNSHIPS[(int(county) * 7 + number) % len(TOWNSHIPS)]
    return name + ("街道" if is_urban(county) else "镇" if number <= 9 else "乡")


def village_names(counties: Words, townships: Numbers, villages: Numbers) -> Words:
    """Names by county, township and number."""
    trios = zip(counties, townships, villages, strict=True)
    return words([_village(county, int(township), int(village)) for county, township, village in trios])


@functools.cache
def _village(county: str, township: int, village: int) -> str:
    name = VILLAGES[(int(county) + township * 5 + village) % len(VILLAGES)]
    return f"{name}庄社区" if is_urban(county) else f"{name}庄村"


def addresses(dice: Dice, counties: Words, doors: Numbers) -> Words:
    """Full addresses: rented flats in estates, numbers in villages."""
    townships = township_numbers(dice, doors)
    villages = village_names(counties, townships, village_numbers(dice, doors))
    names = words([places.county_name(code) for code in counties])
    return join(names, township_names(counties, townships), villages, _doors(dice, doors))


def _doors(dice: Dice, doors: Numbers) -> Words:
    numbers = dice.whole(doors, 400, "number") + 1
    estates = dice.choose(doors, dict.fromkeys(ESTATES, 1.0), "estate")
    flats = dice.happens(doors, 0.5, "flat")
    return words([
        f"{estate}{n % 30 + 1}号楼{n % 4 + 1}单元{n % 18 + 1:02d}0{n % 4 + 1}室" if flat else f"{n}号"
        for estate, n, flat in zip(estates, numbers.tolist(), flats, strict=True)
    ])  # fmt: skip
