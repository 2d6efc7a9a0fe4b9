"""Names as a province's registers hold them: Han, compound and minority names, siblings alike, twins more so."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from faker.providers.person.zh_CN import Provider

from synthprovince.chance import Dice, Numbers, Truths, Words, join, words

BOYS = "梓子浩宇轩辰泽沐俊博文昊铭睿哲嘉鑫航奕霖晨瑞阳凯旭朗毅恒峻烨煜翔逸安一诺喆峰国云家佳杰"
GIRLS = "梓涵欣怡萱诗琪雨桐梦瑶佳琳思雅静语嫣子墨菲妍悦颖馨可婷蕊若曦依诺艺舒然紫函嘉雪洁云"
COMPOUND = {"欧阳": 5, "上官": 3, "司马": 3, "诸葛": 2, "皇甫": 1, "令狐": 1, "李王": 1, "张杨": 1}
ETHNICITIES = {
    "汉": 96.0, "回": 2.0, "蒙古": 0.5, "满": 0.5, "维吾尔": 0.4, "藏": 0.2, "彝": 0.1, "土家": 0.2, "苗": 0.1,
}  # fmt: skip
DOTTED = {"维吾尔": ("阿迪力 买买提 艾力 吐尔逊 阿卜杜拉 库尔班", "古丽娜尔 阿依努尔 米娜瓦尔 帕提古丽 热依汗")}
WHOLE = {
    "藏": ("扎西 次仁 多吉 丹增 平措 旺堆", "卓玛 央金 拉姆 德吉 白玛 曲珍"),
    "蒙古": ("巴特尔 苏和 朝鲁 那日苏 阿古拉", "乌云 其其格 娜仁 萨日娜 高娃"),
}

MALE = "1"


@functools.cache
def surnames() -> dict[str, float]:
    """Surnames and their weights: faker's list (MIT) and a few compound ones."""
    return {**{str(name): float(weight) for name, weight in Provider.last_names.items()}, **_scaled(COMPOUND)}


def _scaled(weights: dict[str, int]) -> dict[str, float]:
    return {name: weight * 0.05 for name, weight in weights.items()}


def name_homes(dice: Dice, homes: Numbers, ethnicities: Words) -> dict[str, Words]:
    """Surname, father, mother and the character siblings share, for each home."""
    surname = dice.choose(homes, surnames(), "surname")
    father = join(surname, _adult(dice, homes, Provider.first_names_male, "father"))
    mother_surname = dice.choose(homes, surnames(), "mother's surname")
    mother = join(mother_surname, _adult(dice, homes, Provider.first_names_female, "mother"))
    for ethnicity, (men, women) in {**DOTTED, **WHOLE}.items():
        rows = np.flatnonzero(ethnicities == ethnicity)
        ids = homes[rows]
        dotted = "·" if ethnicity in DOTTED else ""
        own = _from(dice, ids, men, "father's own")
        father[rows] = join(own, dotted, _from(dice, ids, men, "grandfather")) if dotted else own
        mother[rows] = join(_from(dice, ids, women, "mother's own"), *_patronym(dice, ids, men, dotted))
        surname[rows] = own
    return {"surname": surname, "father": father, "mother": mother}


def _patronym(dice: Dice, ids: Numbers, men: str, dotted: str) -> tuple[Words, ...]:
    return (join(dotted, _from(dice, ids, men, "mother's father")),) if dotted else ()


def _adult(dice: Dice, ids: Numbers, given: Sequence[str], who: str) -> Words:
    first = dice.choose(ids, dict.fromkeys(given, 1.0), who, "first")
    second = dice.choose(ids, dict.fromkeys(given, 1.0), who, "second")
    first_alone = np.array([len(word) > 1 for word in first]) | dice.happens(ids, 0.45, who, "one character")
    second_alone = np.array([len(word) > 1 for word in second])
    return join(np.where(second_alone & ~first_alone, "", first), np.where(first_alone, "", second))


def _from(dice: Dice, ids: Numbers, listed: str, who: str) -> Words:
    return dice.choose(ids, dict.fromkeys(listed.split(), 1.0), who)


def name_children(dice: Dice, uids: Numbers, homes: Numbers, sexes: Words, parents: dict[str, Words]) -> Words:
    """Full names; `parents` gives surname, mother and ethnicity of each child's home."""
    given = join(*(_child_character(dice, uids, homes, sexes, position) for position in ("first", "second")))
    mothers = words([name[:1] for name in parents["mother"]])
    after_mother = dice.happens(homes, 0.06, "surname of the mother") & (parents["ethnicity"] == "汉")
    full = join(np.where(after_mother, mothers, parents["surname"]), given)
    for ethnicity, lists in {**DOTTED, **WHOLE}.items():
        rows = np.flatnonzero(parents["ethnicity"] == ethnicity)
        boys = sexes[rows] == MALE
        own = np.where(boys, *(_from(dice, uids[rows], listed, "own") for listed in lists))
        full[rows] = join(own, "·", parents["surname"][rows]) if ethnicity in DOTTED else own
    return full


def _child_character(dice: Dice, uids: Numbers, homes: Numbers, sexes: Words, position: str) -> Words:
    boys = _character(dice, uids, BOYS, position)
    girls = _character(dice, uids, GIRLS, position)
    character = np.where(sexes == MALE, boys, girls)
    if position == "first":
        shares: Truths = dice.happens(homes, 0.35, "siblings share a character")
        both = "".join(c for c in BOYS if c in GIRLS)
        character = np.where(shares, _character(dice, homes, both, "shared"), character)
    else:
        character = np.where(dice.happens(uids, 0.12, "one character"), "", character)
    return words(list(character))


def _character(dice: Dice, ids: Numbers, characters: str, question: str) -> Words:
    return dice.choose(ids, dict.fromkeys(characters, 1.0), "character", question)
