"""What real offices do to data, at known rates and on the record: the truth names every spoiled cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from childledger.contracts import Column, Contract
from synthprovince import land, sentinel
from synthprovince.chance import Dice, Numbers, Table, Truths, size, stack, take
from synthprovince.rolls import note
from synthprovince.workbook import serial

Change = Callable[[Table, int, str, float], object]
"""New cell from list, row, column and a share in [0, 1) that decides which."""


@dataclass(frozen=True)
class Rates:
    """How often each thing happens to a filled cell (or to a row); chosen so that 2-4 % of the rows can't be taken."""

    id_missing: float = 0.05
    guardian_number: float = 0.007
    sibling_number: float = 0.002
    placeholder: float = 0.003
    digit_typo: float = 0.004
    transposed: float = 0.003
    lower_case_x: float = 0.3
    full_width: float = 0.004
    fifteen_digits: float = 0.001
    excel_damaged: float = 0.003
    leading_zero_lost: float = 0.1
    phone_typo: float = 0.004
    homophone: float = 0.007
    variant_character: float = 0.006
    other_dot: float = 0.3
    invisible_space: float = 0.008
    other_date_style: float = 0.03
    unreadable_date: float = 0.002
    excel_serial: float = 0.001
    first_of_january: float = 0.003
    shifted_date: float = 0.003
    required_missing: float = 0.001
    swapped_sex: float = 0.002
    not_in_list: float = 0.0025
    zone_code: float = 0.005
    former_code: float = 0.04
    """Of the codes of counties that bore another one."""
    repeated_row: float = 0.006


RATES = Rates()
HOMOPHONES = [
    "梓子紫", "涵函晗", "轩萱宣", "浩昊皓", "欣馨鑫", "怡依仪", "宇雨羽", "佳嘉家", "静婧靖", "杰洁捷",
    "诗施师",
]  # fmt: skip
VARIANTS = dict(zip("张刘陈杨赵国云峰许孙黄泽嘉语诺", "張劉陳楊趙國雲峯許孫黃澤加語諾", strict=True))
DOTS = "•．.・‧"
SPACES = (" ", "　", "\u200b", "\u00a0", "\t")
PLACEHOLDERS = ("111111111111111111", "000000000000000000", "410000190001010000", "123456789012345678")
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
FIXED = frozenset({"residence_code", "assistance_type"})
"""Columns whose values are never just left out."""


@dataclass
class Desk:
    """The list on a clerk's desk, and which cells have been spoiled already: one error a cell."""

    contract: Contract
    rows: Table
    dice: Dice
    question: tuple[object, ...]
    ids: Numbers
    touched: dict[str, Truths] = field(default_factory=dict)

    def spoil(self, column: str, kind: str, rate: float, change: Change) -> None:
        """Let an error happen to the filled, yet unspoiled cells of a column."""
        if column not in self.rows:
            return
        cells = self.rows[column]
        touched = self.touched.setdefault(column, self.rows["uid"] == sentinel.UID)
        shares = self.dice.roll(self.ids, *self.question, column, kind)
        hits = np.flatnonzero((shares < rate) & (cells != "") & ~touched)
        for row in hits.tolist():
            spoiled = change(self.rows, row, column, float(shares[row]) / rate)
            if spoiled != cells[row]:
                cells[row] = spoiled
                touched[row] = True
                self.rows["errors"][row] = ";".join(filter(None, (self.rows["errors"][row], f"{kind}:{column}")))


def handle(contract: Contract, dice: Dice, rows: Table, number: int) -> Table:
    """Let a list pass through an office's hands; rows may be repeated, none is lost."""
    desk = Desk(contract, rows, dice, (contract.feed, number), np.arange(size(rows)))
    _mistake_numbers(desk)
    for column in contract.columns:
        _mishandle(desk, column)
    again = dice.happens(desk.ids, RATES.repeated_row, *desk.question, "repeated") & (rows["uid"] != sentinel.UID)
    copies = take(rows, again)
    note(copies, np.ones(size(copies), dtype=bool), "repeated_row:")
    return stack(rows, copies)


def _mistake_numbers(desk: Desk) -> None:
    """Errors of meaning in the child's number, then of form in every number."""
    for kind, rate, change in (
        ("id_missing", RATES.id_missing, _empty),
        ("guardian_number", RATES.guardian_number, lambda t, row, c, s: t["guardian_id_number"][row]),
        ("sibling_number", RATES.sibling_number, lambda t, row, c, s: t["sibling_number"][row] or t[c][row]),
        ("placeholder", RATES.placeholder, lambda t, row, c, s: PLACEHOLDERS[int(s * 4)]),
        ("fifteen_digits", RATES.fifteen_digits, lambda t, row, c, s: t[c][row][:6] + t[c][row][8:17]),
    ):
        desk.spoil("id_number", kind, rate, change)


def _mishandle(desk: Desk, column: Column) -> None:
    """Errors by what a column is, from its contract."""
    name, target = column.name, column.becomes or ""
    if column.check == "resident_id":
        _mistype(desk, name)
    elif column.is_date:
        _misdate(desk, column)
    elif target in ("person.name", "person.guardian_name"):
        _misspell(desk, name)
    elif target == "person.guardian_phone":
        desk.spoil(name, "leading_zero_lost", RATES.leading_zero_lost, lambda t, row, c, s: t[c][row].lstrip("0"))
        desk.spoil(name, "phone_typo", RATES.phone_typo, lambda t, row, c, s: t[c][row][:-1])
    elif column.check in ("division", "own_county"):
        _miscode(desk, name)
    elif target == "person.sex":
        desk.spoil(name, "swapped_sex", RATES.swapped_sex, lambda t, row, c, s: "女" if t[c][row] == "男" else "男")
    if column.lookup:
        desk.spoil(name, "not_in_list", RATES.not_in_list, lambda t, row, c, s: f"{t[c][row]}（待核实）")
    if column.required and not column.key_position and name not in FIXED:
        desk.spoil(name, "required_missing", RATES.required_missing, _empty)
    if not column.is_date:
        desk.spoil(name, "invisible_space", RATES.invisible_space, _add_space)


def _mistype(desk: Desk, column: str) -> None:
    desk.spoil(column, "digit_typo", RATES.digit_typo, _change_digit)
    desk.spoil(column, "transposed", RATES.transposed, _transpose)
    desk.spoil(column, "excel_damaged", RATES.excel_damaged, _damage)
    desk.spoil(column, "lower_case_x", RATES.lower_case_x, lambda t, row, c, s: t[c][row].lower())
    desk.spoil(column, "full_width", RATES.full_width, lambda t, row, c, s: t[c][row].translate(WIDE))


def _misspell(desk: Desk, column: str) -> None:
    desk.spoil(column, "other_dot", RATES.other_dot, lambda t, row, c, s: t[c][row].replace("·", DOTS[int(s * 5)]))
    desk.spoil(column, "homophone", RATES.homophone, _misheard)
    desk.spoil(column, "variant_character", RATES.variant_character, _rewritten)


def _misdate(desk: Desk, column: Column) -> None:
    name = column.name
    if column.becomes == "person.birth_date":
        desk.spoil(name, "first_of_january", RATES.first_of_january, lambda t, row, c, s: date(t[c][row].year, 1, 1))
        desk.spoil(name, "shifted_date", RATES.shifted_date, lambda t, row, c, s: t[c][row] - timedelta(1 + s * 28))
    desk.spoil(name, "unreadable_date", RATES.unreadable_date, lambda t, row, c, s: f"{t[c][row]:%Y.%m}")
    desk.spoil(name, "excel_serial", RATES.excel_serial, lambda t, row, c, s: serial(t[c][row]))
    desk.spoil(name, "other_date_style", RATES.other_date_style, lambda t, row, c, s: STYLES[int(s * 4)](t[c][row]))


def _miscode(desk: Desk, column: str) -> None:
    rate = RATES.zone_code if column == "hukou_code" else RATES.zone_code / 4
    zones = land.zones()
    desk.spoil(column, "zone_code", rate, lambda t, row, c, s: zones[int(s * len(zones))])
    former = land.former_codes()
    if column == "hukou_code":
        desk.spoil(column, "former_code", RATES.former_code, lambda t, row, c, s: former.get(t[c][row], t[c][row]))


STYLES: tuple[Callable[[date], str], ...] = (
    lambda day: f"{day:%Y-%m-%d}",
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day:%Y%m%d}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
)
"""How clerks write dates."""


def _empty(rows: Table, row: int, column: str, share: float) -> str:
    return ""


def _change_digit(rows: Table, row: int, column: str, share: float) -> str:
    number, place = str(rows[column][row]), 6 + int(share * 11)
    return f"{number[:place]}{(int(number[place]) + 3) % 10}{number[place + 1 :]}"


def _transpose(rows: Table, row: int, column: str, share: float) -> str:
    number, place = str(rows[column][row]), 6 + int(share * 10)
    return f"{number[:place]}{number[place + 1]}{number[place]}{number[place + 2 :]}"


def _damage(rows: Table, row: int, column: str, share: float) -> object:
    """Excel keeps fifteen digits of a number; one that ends in X is text and stays."""
    number = rows[column][row]
    return float(number[:15] + "000") if number.isdigit() and len(number) == 18 else number


def _misheard(rows: Table, row: int, column: str, share: float) -> str:
    name = str(rows[column][row])
    for place in range(1, len(name)):
        for alike in HOMOPHONES:
            if name[place] in alike:
                return name[:place] + alike[(alike.index(name[place]) + 1 + int(share * 2)) % 3] + name[place + 1 :]
    return name


def _rewritten(rows: Table, row: int, column: str, share: float) -> str:
    return "".join(VARIANTS.get(character, character) for character in rows[column][row])


def _add_space(rows: Table, row: int, column: str, share: float) -> str:
    text, space = str(rows[column][row]), SPACES[int(share * len(SPACES))]
    return text[:1] + space + text[1:] if column == "name" and space == " " and len(text) == 2 else text + space
