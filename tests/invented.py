"""Invented profiles of children that exist nowhere, with the slips that the model has a word for."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

TEXT = (
    "name", "surname", "given", "pinyin", "sound", "shape", "pattern", "turned", "pet", "birth", "birth_year", "lunar",
    "sex", "id_number", "county", "hukou", "name_key", "guardian_name", "parent", "guardian_pinyin", "guardian_id",
    "phone", "phone_2", "village", "address", "ethnicity",
)  # fmt: skip
SCHEMA = pa.schema([("unit", pa.int64()), *((column, pa.string()) for column in TEXT)])

SYLLABLES = {
    "张": "zhang", "章": "zhang", "王": "wang", "刘": "liu", "陈": "chen", "明": "ming", "鸣": "ming", "敏": "min",
    "子": "zi", "轩": "xuan", "涵": "han", "伟": "wei", "玮": "wei", "未": "wei", "末": "mo", "雪": "xue",
}  # fmt: skip
SURNAMES, GIVEN = "张章王刘陈", "明鸣敏子轩涵伟玮未末雪"
SHAPES = {"末": "未"}


def named(name: str, *, whole: bool = False) -> dict[str, str | None]:
    """The columns that a name is folded into."""
    spoken = "".join(SYLLABLES.get(sign, sign) for sign in name)
    return {
        "name": name,
        "surname": None if whole else name[0],
        "given": name if whole else name[1:],
        "pinyin": spoken,
        "sound": spoken.replace("zh", "z").replace("ing", "in"),
        "shape": "".join(SHAPES.get(sign, sign) for sign in name),
        "pattern": name.replace("?", "_") if "?" in name else None,
        "pet": name if len(name) == 3 and name[1] == name[2] and name[1] in GIVEN else None,
    }


def romanised(name: str) -> dict[str, str | None]:
    """The columns of its letters with the surname last."""
    given, surname = SYLLABLES.get(name[1:2], "") + SYLLABLES.get(name[2:3], ""), SYLLABLES[name[0]]
    folded = dict.fromkeys(("name", "given", "shape"), (given + surname).upper())
    spoken = {"pinyin": given + surname, "sound": given + surname, "turned": surname + given}
    return {**folded, **spoken, "surname": None, "pattern": None, "pet": None}


def born(day: str) -> dict[str, str | None]:
    """The columns that a birth date is folded into; its lunar day is a month earlier, which is near enough."""
    lunar = f"{day[:4]}{int(day[4:6]) - 1:02}{day[6:]}"
    return {"birth": day, "birth_year": day[:4], "lunar": lunar if day[4:6] != "01" else None}


def table(rows: Iterable[dict[str, Any]]) -> pa.Table:
    """Profiles, numbered from 0 in their order; what is not given is not known."""
    numbered = ({**row, "name_key": row.get("name"), "unit": unit} for unit, row in enumerate(rows))
    return pa.Table.from_pylist(list(numbered), SCHEMA)


def _child(chance: random.Random, number: int) -> dict[str, Any]:
    county = f"41{chance.randint(1, 5):02}{chance.randint(1, 9):02}"
    guardian = named(chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=2)))
    day = f"{chance.randint(2010, 2022)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
    return {
        **named(chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=2 if number % 4 else 1))),
        **born(day),
        "sex": chance.choice("MF"),
        "id_number": f"{county}{day}{number:04}",
        "county": county,
        "hukou": county if chance.random() < 0.8 else "410101",
        "guardian_name": guardian["name"],
        "guardian_pinyin": guardian["pinyin"],
        "guardian_id": f"41010119850101{number // 2:04}",
        "phone": f"1380000{number // 2:04}",
        "phone_2": f"1390000{number // 2:04}" if chance.random() < 0.3 else None,
        "village": f"{county}某路",
        "address": f"某路{number // 2}号",
    }


def _slip(chance: random.Random, child: dict[str, Any]) -> dict[str, Any]:
    """The same child once more, with something written wrong or left out now and then."""
    name, day, other = child["name"], child["birth"], _child(chance, chance.randint(0, 9999))
    if chance.random() < 0.4:
        part = chance.randint(1, 2)
        wrong = chance.choice([*GIVEN, "?"])
        child = child | named(name[:part] + wrong + name[part + 1 :])
    if chance.random() < 0.05:
        child = child | named(chance.choice(SURNAMES) + name[1:])
    elif chance.random() < 0.02:
        child = child | romanised(name)
    days = [f"{day[:4]}0101", child["lunar"], day[:4] + day[6:] + day[4:6], day[:6] + day[7] + day[6], other["birth"]]
    days += [f"{day[:4]}{13 - int(day[4:6]):02}{day[6:]}", f"{int(day[:4]) + 1}{day[4:]}"]  # another month or year
    if chance.random() < 0.3 and (wrong_day := chance.choice(days)) and int(wrong_day[4:6]) <= 12:
        child = child | born(wrong_day)
    if chance.random() < 0.02:
        child = child | {"sex": other["sex"]}
    for column in ("id_number", "county", "hukou", "guardian_name", "guardian_id", "phone", "village", "address"):
        if chance.random() < 0.35:
            child = child | {column: None if chance.random() < 0.5 else other[column]}
    return child


def profiles(children: int, seed: int = 7) -> pa.Table:
    """Two or three profiles of each child, two children to a household."""
    chance = random.Random(seed)
    found = []
    for number in range(children):
        child = _child(chance, number)
        found += [child, *(_slip(chance, child) for _ in range(chance.randint(1, 2)))]
    return table(found)
