"""Damage to values: what Excel, keyboards and clerks do to a number, a date or a word."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from bench.catalogue import corruption, holds, need
from bench.goodfiles import File
from childledger.contracts import Column
from childledger.records import NULLS

DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")


def _change(file: File, rng: Random, chosen: Callable[[Column, str], bool], change: Callable[[str], str]) -> None:
    """Change one value for which a condition holds."""
    position, cells = file.take(rng)
    fields = [i for i, cell in enumerate(cells) if cell and chosen(file.column(i), cell)]
    need(bool(fields))
    field = rng.choice(fields)
    changed = change(cells[field])
    need(changed != cells[field])
    cells[field] = changed
    file.put(position, cells)


def _break(file: File, rng: Random, chosen: Callable[[Column, str], bool], change: Callable[[str], str]) -> None:
    """The same, only where the new value breaks a rule of its column: another good value could fool anyone."""
    _change(
        file,
        rng,
        lambda column, cell: chosen(column, cell) and not holds(column, change(cell), file.knows_county),
        change,
    )


def _long(column: Column, cell: str) -> bool:
    return cell.isdigit() and len(cell) > 15


@corruption()
def number_in_scientific_notation(file: File, rng: Random) -> None:
    """Excel shows a long number as 4.10105E+17 and saves what it shows."""
    _change(file, rng, lambda column, cell: cell.isdigit() and len(cell) > 11, lambda cell: f"{int(cell):.5E}")


@corruption()
def last_digits_zero(file: File, rng: Random) -> None:
    """Excel keeps fifteen digits and writes zeros for the others."""
    _change(
        file, rng, lambda column, cell: _long(column, cell) and len(cell) > 16, lambda c: c[:15] + "0" * len(c[15:])
    )


@corruption()
def leading_zeros_lost(file: File, rng: Random) -> None:
    """A number whose leading zeros Excel took away."""
    _break(file, rng, lambda column, cell: cell.isdigit() and cell.startswith("0"), lambda cell: cell.lstrip("0"))


@corruption()
def number_with_point(file: File, rng: Random) -> None:
    """A number that was a floating one for a while."""
    _break(file, rng, lambda column, cell: cell.isdigit() and not column.is_date, lambda cell: cell + ".0")


@corruption()
def number_with_commas(file: File, rng: Random) -> None:
    """Thousands separators."""
    _break(file, rng, lambda c, cell: cell.isdigit() and not c.is_date and len(cell) > 3, lambda cell: f"{int(cell):,}")


@corruption()
def apostrophe_before_number(file: File, rng: Random) -> None:
    """The apostrophe that makes a number text, exported with it."""
    sign = rng.choice("'’`")
    _break(file, rng, lambda column, cell: column.kind != "text", lambda cell: sign + cell)


@corruption()
def formula_text(file: File, rng: Random) -> None:
    """="…", which keeps Excel from touching a number."""
    _break(file, rng, lambda column, cell: column.kind != "text", lambda cell: f'="{cell}"')


@corruption()
def excel_error(file: File, rng: Random) -> None:
    """An error value, or a column too narrow for its value."""
    _change(
        file,
        rng,
        lambda column, cell: True,
        lambda _: rng.choice(("#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "########")),
    )


def _is_date(column: Column, cell: str) -> bool:
    return column.is_date


def _day(cell: str) -> date:
    plain = cell.isdigit()
    parts = (cell[:4], cell[4:6], cell[6:]) if plain else re.findall(r"\d+", cell)
    return date(*map(int, parts))


@corruption()
def date_as_serial(file: File, rng: Random) -> None:
    """Excel's count of days."""
    _break(file, rng, _is_date, lambda cell: str((_day(cell) - date(1899, 12, 30)).days))


@corruption()
def date_with_day_first(file: File, rng: Random) -> None:
    """Dates in the order of other countries."""
    form = rng.choice(("%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y", "%d-%b-%y"))
    _break(file, rng, _is_date, lambda cell: f"{_day(cell):{form}}")


@corruption()
def date_with_two_digit_year(file: File, rng: Random) -> None:
    """The century is gone."""
    form = rng.choice(("%y-%m-%d", "%y/%m/%d", "%y.%m.%d", "%y%m%d", "%y年%m月%d日"))
    _break(file, rng, _is_date, lambda cell: f"{_day(cell):{form}}")


@corruption()
def date_with_time(file: File, rng: Random) -> None:
    """A database's time of day."""
    form = rng.choice((" 08:30:00", "T08:30:00", " 8:30", " 12:00:00 AM"))
    _break(file, rng, _is_date, lambda cell: f"{_day(cell):%Y-%m-%d}{form}")


@corruption()
def date_in_other_style(file: File, rng: Random) -> None:
    """The same day, written in another good way."""
    form = rng.choice(("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日", "%Y-%m-%d 00:00:00"))
    _change(file, rng, _is_date, lambda cell: f"{_day(cell):{form}}")


@corruption()
def date_without_day(file: File, rng: Random) -> None:
    """Year and month only."""
    form = rng.choice(("%Y-%m", "%Y年%m月", "%Y%m", "%b-%y", "%Y"))
    _break(file, rng, _is_date, lambda cell: f"{_day(cell):{form}}")


@corruption()
def date_impossible(file: File, rng: Random) -> None:
    """A day no calendar has, or one that has not come."""
    wrong = rng.choice(("2019-02-30", "2019-13-01", "2019-00-10", "0000-00-00", "1900-01-00", "2419-01-01", "20190532"))
    _break(file, rng, _is_date, lambda cell: wrong)


@corruption()
def date_four_years_off(file: File, rng: Random) -> None:
    """Two workbooks with two date systems: 1,462 days before the first day the contract allows."""
    _break(file, rng, _is_date, lambda cell: (_day(cell) - timedelta(days=1462 * 6)).isoformat())


def _is_code(column: Column, cell: str) -> bool:
    return column.kind == "code" or column.is_date


@corruption()
def digits_full_width(file: File, rng: Random) -> None:
    """Digits typed with a Chinese keyboard."""
    _change(file, rng, _is_code, lambda cell: cell.translate(DIGITS))


@corruption()
def letters_full_width(file: File, rng: Random) -> None:
    """Letters and signs typed with a Chinese keyboard."""
    _change(file, rng, _is_code, lambda cell: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in cell))


@corruption()
def letters_small(file: File, rng: Random) -> None:
    """Small letters, as the x of an identity number."""
    _change(file, rng, lambda column, cell: column.kind == "code", str.lower)


@corruption()
def spaces_around(file: File, rng: Random) -> None:
    """Spaces before and after a value: plain, wide, not breaking, tabs."""
    space = rng.choice(
        (" ", "  ", "\u3000", "\xa0", "\u2003", "\u202f") + (("\t",) if file.dialect.delimiter != "\t" else ())
    )
    _change(file, rng, lambda column, cell: True, lambda cell: rng.choice((cell + space, space + cell)))


@corruption()
def spaces_in_number(file: File, rng: Random) -> None:
    """A number in groups."""
    space = rng.choice((" ", "\u3000", "\xa0"))
    _change(file, rng, lambda c, cell: c.kind == "code" and len(cell) > 8, lambda cell: cell[:6] + space + cell[6:])


@corruption()
def invisible_character(file: File, rng: Random) -> None:
    """Zero-width, bidirectional and joining marks, soft hyphens."""
    mark = rng.choice(
        "\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u202d\u202e\u2060\u2066\u2069\ufeff\u00ad\u180e\ufe0f\u3164\u2800"
    )
    at = rng.randrange(8)
    _change(file, rng, lambda column, cell: True, lambda cell: cell[:at] + mark + cell[at:])


@corruption()
def null_word(file: File, rng: Random) -> None:
    """A word for nothing."""
    word = rng.choice(sorted(NULLS - {""}))
    _change(file, rng, lambda column, cell: not column.required, lambda cell: word)


def _is_id(column: Column, cell: str) -> bool:
    return column.check == "resident_id"


@corruption()
def id_of_fifteen_digits(file: File, rng: Random) -> None:
    """The old form of an identity number."""
    _break(file, rng, _is_id, lambda cell: cell[:6] + cell[8:17])


@corruption()
def id_with_one_wrong_digit(file: File, rng: Random) -> None:
    """One digit mistyped."""
    at, more = rng.randrange(17), rng.randint(1, 9)
    _break(file, rng, _is_id, lambda cell: cell[:at] + str((int(cell[at]) + more) % 10) + cell[at + 1 :])


@corruption()
def id_with_two_digits_exchanged(file: File, rng: Random) -> None:
    """Two neighbouring digits exchanged."""
    at = rng.randrange(16)
    _break(file, rng, _is_id, lambda cell: cell[:at] + cell[at + 1] + cell[at] + cell[at + 2 :])


@corruption()
def id_masked(file: File, rng: Random) -> None:
    """A number with stars in it, for privacy."""
    _break(file, rng, lambda column, cell: len(cell) > 8 and column.kind == "code", lambda c: c[:4] + "****" + c[8:])


@corruption()
def id_cut(file: File, rng: Random) -> None:
    """The last characters of a number are missing."""
    count = rng.randint(1, 3)
    _break(file, rng, lambda column, cell: _is_code(column, cell), lambda cell: cell[:-count])


@corruption()
def word_not_listed(file: File, rng: Random) -> None:
    """A word that is in no list of the contract."""
    change = rng.choice(("其它", "未知", "{}?", "{}、"))
    _break(file, rng, lambda column, cell: bool(column.lookup), change.format)


@corruption()
def two_values_in_a_cell(file: File, rng: Random) -> None:
    """Two numbers in one cell."""
    sign = rng.choice("/、;和\\")
    _break(file, rng, _is_code, lambda cell: f"{cell}{sign}{cell}")
