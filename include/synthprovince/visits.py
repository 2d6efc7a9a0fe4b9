"""Child directors: they read the queue files the product delivered, go and see, and send back what they found."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from synthprovince import sentinel
from synthprovince.chance import Dice, Table, words
from synthprovince.people import Province

ANSWERED = 0.8
CONFIRMED = {"情况属实-已转介": 6, "情况属实-户籍地办理中": 2, "情况属实-已保障": 2}
MISTAKEN = {"证据过期": 5, "非本人(双胞胎/同名)": 2, "同一人重复": 1, "证号错误": 1, "姓名错误": 1}
MISSED = {"不在家": 8, "拒访": 2, "不安全": 0.5}
BESIDES = ("证号错误", "姓名错误")
"""What says nothing of the reason: the visitor adds it to what does."""
REACHED, MOVED, CHECKED = "已见到", "已搬走", "资料核对"
MET = 0.9
CONFIRMS = {
    "disab": "disability_type", "hardship": "assistance", "vagran": "vagrancy", "behav": "behaviour_concern",
    "referral": "self_referral", "guardian": "guardian_status", "unattended": "unattended",
}  # fmt: skip
"""Part of a flag code → what must be true of the child for a visit to confirm it; other flags are taken as true."""
NOTHING = ("", "正常", False)
COLUMNS = (
    "uid", "county", "errors", "item_id", "visited_on", "child_id", "name", "birth_date", "sex",
    "visit_outcome", "verdict", "other_verdict", "moved_to",
)  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One task on a director's list."""

    item_id: int
    child_id: int
    county_code: str
    name: str
    birth_date: str
    sex: str
    flag_code: str
    queue: str


def read_queues(queues: Path) -> Iterator[Item]:
    """Every item of every queue file, each once."""
    seen = set()
    for path in sorted(queues.glob("[0-9]*/*.json")):
        queue = json.loads(path.read_text(encoding="utf-8"))
        for entry in queue.get("items", ()):
            if entry["item_id"] not in seen:
                seen.add(entry["item_id"])
                yield _item(queue.get("county_code", path.parent.name), queue.get("queue", "visit"), entry)


def _item(county: str, queue: str, entry: dict[str, Any]) -> Item:
    texts = {name: str(entry.get(name) or "") for name in ("name", "birth_date", "sex", "flag_code")}
    return Item(int(entry["item_id"]), int(entry["child_id"]), county, queue=queue, **texts)


def answer(province: Province, people: Table, items: Iterable[Item]) -> Table:
    """A list of visits: about four of five items, most reached, the verdict from what is really true."""
    chosen = [item for item in items if item.name == sentinel.NAME or _roll(province, item, "answered") < ANSWERED]
    rows = {(name, str(day)): row for row, (name, day) in enumerate(zip(people["name"], people["birth"], strict=True))}
    places = [rows.get((item.name, item.birth_date)) for item in chosen]
    found = [_visit(province, people, row, item) for row, item in zip(places, chosen, strict=True)]
    outcome, verdict, other, uid = zip(*found, strict=True) if found else ((), (), (), ())
    days = [province.as_of - timedelta(int(_roll(province, item, "day") * 4)) for item in chosen]
    sexes = {"1": "男", "2": "女"}
    columns: tuple[Sequence[object], ...] = (
        uid,
        [item.county_code for item in chosen],
        [""] * len(chosen),
        [str(item.item_id) for item in chosen],
        days,
        [str(item.child_id) for item in chosen],
        [item.name for item in chosen],
        [item.birth_date for item in chosen],
        [sexes.get(item.sex, item.sex) for item in chosen],
        outcome,
        verdict,
        other,
        [_heard(province, people, row, item) for row, item in zip(places, chosen, strict=True)],
    )
    return dict(zip(COLUMNS, map(words, columns), strict=True))


def to_records(visits: Table) -> list[dict[str, Any]]:
    """Visits as JSON keeps them."""
    columns = {**visits, "visited_on": words([day.isoformat() for day in visits["visited_on"]])}
    return [
        dict(zip(columns, cells, strict=True)) for cells in zip(*(c.tolist() for c in columns.values()), strict=True)
    ]


def from_records(records: list[dict[str, Any]]) -> Table:
    """Visits as `to_records` kept them."""
    visits: Table = {name: words([record.get(name, "") for record in records]) for name in COLUMNS}
    days = words([date.fromisoformat(day) for day in visits["visited_on"]])
    return visits | {"visited_on": days, "uid": visits["uid"].astype(np.int64)}


def _visit(province: Province, people: Table, row: int | None, item: Item) -> tuple[str, str, str, int]:
    """Outcome, verdict, what was found besides, and whom (-1: nobody of that name and birth date)."""
    if row is None:
        known = _roll(province, item, "known under another name") < 0.6
        true = _choose(province, item, CONFIRMED, "verdict")
        return (REACHED, true, "姓名错误", -1) if known else (MOVED, "查无此人", "", -1)
    uid = int(people["uid"][row])
    if uid == sentinel.UID:
        return REACHED, "情况属实-已转介", "", uid
    if item.queue == "desk":
        return CHECKED, _choose(province, item, CONFIRMED | {"证据过期": 3}, "verdict"), "", uid
    if people["died"][row]:
        return MOVED, "已死亡", "", uid
    if people["residence"][row] != item.county_code:
        back = people["residence"][row] == people["hukou"][row]
        return MOVED, "已返乡" if back else "", "", uid
    if _roll(province, item, "met") > MET:
        return _choose(province, item, MISSED, "missed"), "", "", uid
    if people["age"][row] >= 16:
        return REACHED, "超龄", "", uid
    if _is_true(people, row, item):
        return REACHED, _choose(province, item, CONFIRMED, "verdict"), "", uid
    found = _choose(province, item, MISTAKEN, "verdict")
    return (REACHED, "证据过期", found, uid) if found in BESIDES else (REACHED, found, "", uid)


def _heard(province: Province, people: Table, row: int | None, item: Item) -> str:
    """The county neighbours name for half of the families that left."""
    if row is None or item.queue == "desk" or people["died"][row] or people["residence"][row] == item.county_code:
        return ""
    return str(people["residence"][row]) if _roll(province, item, "heard") < 0.5 else ""


def _is_true(people: Table, row: int, item: Item) -> bool:
    columns = [column for part, column in CONFIRMS.items() if part in item.flag_code.lower()]
    return all(people[column][row] not in NOTHING for column in columns)


def _choose(province: Province, item: Item, weights: Mapping[str, float], question: str) -> str:
    number = np.array([item.item_id])
    return str(province.dice.choose(number, weights, "visit", question, province.number)[0])


def _roll(province: Province, item: Item, question: str) -> float:
    dice: Dice = province.dice
    return float(dice.roll(np.array([item.item_id]), "visit", question, province.number)[0])
