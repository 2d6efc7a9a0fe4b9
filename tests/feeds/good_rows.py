"""Rows without fault for any contract, made from the contract alone; children differ by number and do not exist."""

from __future__ import annotations

import re
from datetime import date, timedelta

from childledger.contracts import Column, Contract
from office import COUNTY, resident_id

HOME = "411681"
NAMES = "甲乙丙丁戊己庚辛壬癸"
NATIONS = ("汉族", "回", "满族", "01")


def good_rows(contract: Contract, count: int, county: str = COUNTY) -> list[dict[str, str]]:
    """As many rows, every column filled in, nothing for any rule to find."""
    return [good_row(contract, number, county) for number in range(1, count + 1)]


def good_row(contract: Contract, number: int, county: str = COUNTY) -> dict[str, str]:
    born = date(2014, 1, 15) + timedelta(days=37 * number % 4000)
    return {column.name: _value(contract, column, number, born, county) for column in contract.columns}


def child_id(number: int, born: date) -> str:
    """The child's identity number; odd ones are boys."""
    return resident_id(HOME, f"{born:%Y%m%d}", number % 999 + 1)


def _value(contract: Contract, column: Column, number: int, born: date, county: str) -> str:
    identity = child_id(number, born)
    if column.check:
        own = identity if column.becomes == "person.id_number" else resident_id(HOME, "19850607", number % 999 + 1)
        nation = NATIONS[number % len(NATIONS)]
        return {"resident_id": own, "own_county": county, "division": HOME, "ethnicity": nation}[column.check]
    if column.is_date:
        return _date(column, number, born)
    if column.becomes == "person.sex":
        return "男" if int(identity[16]) % 2 else "女"
    if column.lookup:
        return list(column.lookup)[number % len(column.lookup)]
    if column.pattern:
        return _matching(column.pattern, number, identity)
    if column.becomes in ("person.name", "person.guardian_name"):
        return f"假{'' if column.becomes == 'person.name' else '家长'}{''.join(NAMES[int(d)] for d in str(number))}"
    if column.becomes == "person.address":
        return f"虚构路{number}号"
    return f"{contract.department[:2].upper()}{county}{number:06d}" if column.key_position else f"虚构{column.heading}"


def _date(column: Column, number: int, born: date) -> str:
    if column.becomes == "person.birth_date":
        return born.isoformat()
    return f"2026-05-{number % 28 + 1:02d}" if column.maximum == "as_of" else f"2027-05-{number % 28 + 1:02d}"


def _matching(pattern: str, number: int, identity: str) -> str:
    shapes = (f"1390000{number:04d}", f"X{number:09d}", f"410105{number:011d}", f"G{identity}", f"{identity}43")
    return next(shape for shape in shapes if re.search(pattern, shape))
