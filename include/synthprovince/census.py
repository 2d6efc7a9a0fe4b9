"""What is true of every child at one date: one row per living child under eighteen, home included.

Lasting conditions are functions of the child or home and the round, so nothing has to be remembered between rounds.
"""

from __future__ import annotations

import numpy as np

from synthprovince import land, sentinel
from synthprovince.chance import Dice, Numbers, Table, Truths, Words, join, take, words
from synthprovince.people import Province

NONE = ""
CONDITIONS = {
    "died": 0.0008, "renamed": 0.012, "guardian": 0.12, "assistance": 0.13, "self_referral": 0.02, "disabled": 0.022,
    "vagrancy": 0.003, "behaviour_concern": 0.012, "dropped_out": 0.015, "new_phone": 0.07,
}  # fmt: skip
"""Share of children or homes a condition ever touches (new_phone: in each round)."""


def take_census(province: Province) -> Table:
    """Join children to homes and say what is true of each in this round."""
    children, homes, dice, number = province.children, province.homes, province.dice, province.number
    today = np.datetime64(province.as_of, "D")
    ages = (today - children["birth"]).astype(np.int64) / 365.2425
    rows = np.flatnonzero(ages < 18)
    people = take(children, rows)
    people |= {name: column[people["home"]] for name, column in homes.items() if name != "home"}
    people["age"] = ages[rows]
    uid = people["uid"]
    people["died"] = dice.happens(uid, CONDITIONS["died"], "died") & (dice.begins(uid, "died") <= number)
    people["former_name"], people["name"] = people["name"], _renamed(dice, people, number)
    people |= _situation(dice, people["home"], number) | _personal(dice, people, number)
    people["phone"] = phones(dice, people["home"], _phone_version(dice, people["home"], number))
    people["guardian"], people["guardian_id"] = _guardians(people)
    people["father_status"], people["mother_status"] = _parents(dice, people)
    people["unattended"] = (people["lives_with"] == "独自居住") & (people["age"] < 8)
    _set_sentinel(people)
    return people


def _lasting(dice: Dice, ids: Numbers, what: str, number: int) -> Truths:
    return dice.lasting(ids, CONDITIONS[what], number, what)


def _renamed(dice: Dice, people: Table, number: int) -> Words:
    """Some take the mother's surname when the parents part."""
    rows = dice.lasting(people["uid"], CONDITIONS["renamed"], number, "renamed") & (people["ethnicity"] == "汉")
    rows &= people["uid"] != sentinel.UID
    name = people["name"].copy()
    name[rows] = join(words([mother[:1] for mother in people["mother"][rows]]), words([n[1:] for n in name[rows]]))
    return name


def _situation(dice: Dice, homes: Numbers, number: int) -> Table:
    """What is true of a home: who is there, who cares, what it receives."""
    lives = {"父母双方": 55, "父亲": 8, "母亲": 18, "祖辈": 15, "其他亲属": 3, "独自居住": 1}
    troubles = {"重病": 3, "服刑在押": 1, "失联": 2, "死亡": 1.5, "重残": 2, "外出": 4}
    aid = {"低保": 60, "特困": 6, "孤儿": 5, "事实无人抚养": 9, "临时救助": 14, "流浪救助": 1, "监护": 5}
    troubled = _lasting(dice, homes, "guardian", number)
    return {
        "lives_with": dice.choose(homes, lives, "lives with"),
        "guardian_status": np.where(troubled, dice.choose(homes, troubles, "guardian trouble"), "正常"),
        "assistance": np.where(_lasting(dice, homes, "assistance", number), dice.choose(homes, aid, "aid"), NONE),
        "self_referral": _lasting(dice, homes, "self_referral", number),
    }


def _personal(dice: Dice, people: Table, number: int) -> Table:
    uid = people["uid"]
    types = {"视力": 8, "听力": 12, "言语": 8, "肢体": 28, "智力": 25, "精神": 12, "多重": 7}
    grades = {"一级": 25, "二级": 35, "三级": 22, "四级": 18}
    disabled = dice.happens(uid, CONDITIONS["disabled"], "disabled") & (people["age"] >= 1)
    return {
        "disability_type": np.where(disabled, dice.choose(uid, types, "disability"), NONE),
        "disability_grade": np.where(disabled, dice.choose(uid, grades, "grade"), NONE),
        "vagrancy": _lasting(dice, uid, "vagrancy", number) & (people["age"] >= 8),
        "behaviour_concern": _lasting(dice, uid, "behaviour_concern", number) & (people["age"] >= 6),
        "dropped_out": _lasting(dice, uid, "dropped_out", number) & (people["age"] >= 12),
    }


def _phone_version(dice: Dice, homes: Numbers, number: int) -> Numbers:
    changes = [dice.happens(homes, CONDITIONS["new_phone"], "new phone", past) for past in range(1, number + 1)]
    versions: Numbers = np.sum(changes, axis=0, dtype=np.int64)
    return versions


def phones(dice: Dice, homes: Numbers, versions: Numbers) -> Words:
    """Mobile numbers, and the landline at which some homes are reached."""
    ids = homes * 64 + versions
    tails = dice.whole(ids, 10**8, "phone")
    prefixes = dice.choose(ids, dict.fromkeys(("138", "139", "150", "158", "176", "182", "187", "198"), 1.0), "prefix")
    landline = dice.happens(ids, 0.04, "landline")
    pairs = zip(prefixes, tails.tolist(), landline, strict=True)
    found = words([f"0371{tail % 10**7 + 60_000_000:08d}" if line else f"{p}{tail:08d}" for p, tail, line in pairs])
    found[homes == sentinel.HOME] = sentinel.PHONE
    return found


def _guardians(people: Table) -> tuple[Words, Words]:
    """Father where he lives with the child, mother otherwise."""
    by_mother = np.isin(people["lives_with"], ("母亲", "祖辈"))
    name = np.where(by_mother, people["mother"], people["father"])
    return name, np.where(by_mother, people["mother_id"], people["father_id"])


def _parents(dice: Dice, people: Table) -> tuple[Words, Words]:
    """What keeps each parent from caring: the guardian's trouble, in a few homes the other parent's too."""
    known = {"重病": 3, "服刑在押": 1, "强制隔离戒毒": 0.5, "失联": 3, "死亡": 2, "重残": 1}
    home, trouble = people["home"], people["guardian_status"]
    own = np.where(np.isin(trouble, list(known)), trouble, "正常").astype(object)
    both = (own != "正常") & dice.happens(home, 0.15, "both parents")
    other = np.where(both, dice.choose(home, known, "other parent"), "正常").astype(object)
    by_mother = people["guardian"] == people["mother"]
    return np.where(by_mother, other, own), np.where(by_mother, own, other)


def addresses(dice: Dice, people: Table, counties: Words, doors: Numbers) -> Words:
    """Address of each child behind a door of a county."""
    found = land.addresses(dice, counties, doors)
    found[people["uid"] == sentinel.UID] = sentinel.ADDRESS
    return found


def _set_sentinel(people: Table) -> None:
    row = people["uid"] == sentinel.UID
    for name, value in {
        "died": False, "name": sentinel.NAME, "guardian": sentinel.GUARDIAN, "guardian_id": sentinel.GUARDIAN_ID_NUMBER,
        "lives_with": "父亲", "guardian_status": "重病", "assistance": "临时救助", "self_referral": True,
        "disability_type": "肢体", "disability_grade": "一级", "vagrancy": True, "behaviour_concern": True,
        "dropped_out": False,
    }.items():  # fmt: skip
        people[name][row] = value
