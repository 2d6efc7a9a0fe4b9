"""Say what is compared of two profiles, and in what words: conditions that DuckDB and Spark read alike.

Every condition is plain SQL over text columns with the suffixes _l and _r, which Splink gives the two sides. Only what
both engines understand alike is used: `levenshtein` on digits alone, because DuckDB counts the bytes of a Chinese
character and Spark counts it once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """One way two values can agree, and the word for it in evidence."""

    word: str
    condition: str


@dataclass(frozen=True)
class Comparison:
    """The levels of one kind of evidence, strongest first; the first that holds counts, else the last word."""

    name: str
    unknown: str
    """When nothing can be compared; weighs nothing."""
    levels: tuple[Level, ...]
    otherwise: str


UNKNOWN = "not compared"
NAME_LENGTHS = (3, 4)
"""Characters of a Chinese name that can hold one wrong character and still be that name."""
LONGEST = 12
"""Characters of a minority name looked through for one wrong character."""
REPLACEABLE = range(2, 5)
"""Characters of a Chinese name after the surname."""


def _any(conditions: Iterable[str]) -> str:
    return "(" + " or ".join(conditions) + ")"


def _either(condition: str) -> str:
    """Ask the same from both sides: `condition` names the sides {a} and {b}."""
    return _any((condition.format(a="l", b="r"), condition.format(a="r", b="l")))


def _equal(column: str) -> str:
    return f"{column}_l = {column}_r"


def _missing(*columns: str) -> str:
    """No column is known on both sides."""
    return " and ".join(f"({column}_l is null or {column}_r is null)" for column in columns)


def _same_part(column: str, start: int, length: int) -> str:
    return f"substr({column}_l, {start}, {length}) = substr({column}_r, {start}, {length})"


def _one_character(positions: Iterable[int]) -> str:
    """All characters but the one at some position are equal; both names are equally long."""
    return _any(
        f"({_same_part('name', 1, at - 1)} and substr(name_l, {at + 1}) = substr(name_r, {at + 1}))" for at in positions
    )


def _neighbours_swapped(column: str, length: int) -> str:
    """Two digits beside each other changed places."""
    swaps = (
        f"({_same_part(column, 1, at - 1)} and {_same_part(column, at + 2, length)} "
        f"and substr({column}_l, {at}, 1) = substr({column}_r, {at + 1}, 1) "
        f"and substr({column}_l, {at + 1}, 1) = substr({column}_r, {at}, 1))"
        for at in range(1, length)
    )
    return f"(levenshtein({column}_l, {column}_r) = 2 and {_any(swaps)})"


def _one_slip_in_birth() -> str:
    """One digit differs, or two beside each other changed places; the first test is cheap and rules most pairs out."""
    near = f"({_same_part('birth', 1, 4)} or {_same_part('birth', 5, 4)})"
    return f"{near} and (levenshtein(birth_l, birth_r) = 1 or {_neighbours_swapped('birth', 8)})"


def _phone() -> str:
    return _any(f"{left}_l = {right}_r" for left in ("phone", "phone_2") for right in ("phone", "phone_2"))


ONE_HOUSEHOLD = _any(
    (
        _equal("guardian_id"),
        _phone(),
        f"(({_equal('guardian_name')} or {_equal('guardian_pinyin')}) and {_equal('county')})",
        _equal("address"),
    )
)
AS_TWINS = f"{_equal('birth')} and {ONE_HOUSEHOLD}"
"""Born on one day into one household: whose names differ then are twins far more often than strangers are."""
ONE_MORE = (
    "(length(given_{b}) = 3 and length(given_{a}) = 2 "
    "and (substr(given_{b}, 2) = given_{a} or given_{b} = concat(given_{a}, substr(given_{a}, 2))))"
)
"""马陈志轩, who is 马志轩 where the second parent's surname is left out; 李海炎炎, whose last key was hit twice."""

CALLED = (
    "coalesce(parent_{a} = guardian_name_{b} "
    "or (name_key_{a} = guardian_name_{b} and guardian_name_{a} = name_key_{b} and name_{a} <> name_{b}) "
    "or (parent_{a} is not null and name_{a} like '%女' and pinyin_{a} <> pinyin_{b}), false)"
)
"""李艳子 where the other's guardian is 李艳, or 李艳女: perhaps a newborn that is only called a parent's; or the
two names stand in each other's place."""

NAME = Comparison(
    "name",
    f"{_missing('name')} or {_either(CALLED)}",
    (
        Level("exact", _equal("name")),
        Level("same pinyin", _any((_equal("pinyin"), _either("turned_{a} = pinyin_{b}")))),
        Level("same sound", _equal("sound")),
        Level("same shape", _equal("shape")),
        Level("unreadable character", _either("(pattern_{b} is not null and name_{a} like pattern_{b})")),
        Level(
            "truncated",
            _any(
                (
                    "((surname_l is null or surname_r is null) and "
                    + _either("(length(name_{a}) >= 2 and substr(name_{b}, 1, length(name_{a})) = name_{a})")
                    + ")",
                    f"({_equal('surname')} and {_either(ONE_MORE)})",
                )
            ),
        ),
        Level(
            "given name only",
            _any(
                (
                    f"({_equal('given')} and length(given_l) >= 2)",
                    _either("(length(name_{a}) = 2 and name_{a} = given_{b})"),
                )
            ),
        ),
        Level("given name of one character", _equal("given")),
        Level("pet name", "(pet_l is null) <> (pet_r is null) and coalesce(surname_l = surname_r, true)"),
        Level("differs as twins' names do", AS_TWINS),
        Level(
            "one character",
            "length(name_l) = length(name_r) and "
            + _any(
                (
                    f"(length(name_l) in {NAME_LENGTHS} and {_equal('surname')} and {_one_character(REPLACEABLE)})",
                    "(length(name_l) > 4 and surname_l is null and surname_r is null "
                    f"and {_one_character(range(1, LONGEST + 1))})",
                )
            ),
        ),
    ),
    "differs",
)

BIRTH = Comparison(
    "birth",
    _missing("birth"),
    (
        Level("exact", f"{_equal('birth')} and substr(birth_l, 7, 2) <> '00'"),
        Level("lunar calendar", "(lunar_l = birth_r or birth_l = lunar_r)"),
        Level(
            "day and month swapped",
            f"{_same_part('birth', 1, 4)} and substr(birth_l, 5, 2) = substr(birth_r, 7, 2) "
            "and substr(birth_l, 7, 2) = substr(birth_r, 5, 2)",
        ),
        Level("one slip", _one_slip_in_birth()),
        Level(
            "1 January of the year",
            f"{_same_part('birth', 1, 4)} and (substr(birth_l, 5, 4) = '0101' or substr(birth_r, 5, 4) = '0101')",
        ),
        Level("same month", _same_part("birth", 1, 6)),
        Level("same day of another month", f"{_same_part('birth', 1, 4)} and {_same_part('birth', 7, 2)}"),
        Level("same day a year off", "abs(cast(birth_l as int) - cast(birth_r as int)) = 10000"),
        Level("same year", _same_part("birth", 1, 4)),
    ),
    "differs",
)

SEX = Comparison("sex", _missing("sex"), (Level("equal", _equal("sex")),), "differs")

ID_NUMBER = Comparison(
    "id_number",
    _missing("id_number"),
    (
        Level("equal", _equal("id_number")),
        Level("same place and birth date", _same_part("id_number", 1, 14)),
    ),
    "differs",
)
"""A number with one wrong digit or two swapped ones is never valid (MOD 11-2), so two trusted ones are never that near;
what is that near are twins, whose numbers follow each other."""


def _guardian() -> str:
    """One guardian's name: given as such, or as the parent of a newborn that has no name of its own yet."""
    return _any((_equal("guardian_name"), "parent_l = guardian_name_r", "guardian_name_l = parent_r"))


HOUSEHOLD = Comparison(
    "household",
    f"{_missing('guardian_id', 'phone', 'guardian_name')} "
    "and (address_l is null or address_r is null or address_l <> address_r)",
    (
        Level("guardian's ID", _equal("guardian_id")),
        Level("phone and guardian's name", f"{_phone()} and {_guardian()}"),
        Level("phone", _phone()),
        Level(
            "guardian's name and county",
            f"({_guardian()} or {_equal('guardian_pinyin')}) and {_equal('county')}",
        ),
        Level("guardian's name", _guardian()),
        Level("address", _equal("address")),
    ),
    "differs",
)
"""One comparison, because a phone, a guardian and an address say the same thing: a household. Counted one by one they
make siblings look like one child."""

PLACE = Comparison(
    "place",
    f"coalesce(county_l, hukou_l) is null or coalesce(county_r, hukou_r) is null or {ONE_HOUSEHOLD}",
    (
        Level("village", _equal("village")),
        Level("residence and hukou", f"{_equal('county')} and {_equal('hukou')}"),
        Level("residence", _equal("county")),
        Level("hukou", _equal("hukou")),
        Level("residence of one is hukou of the other", "(county_l = hukou_r or hukou_l = county_r)"),
        Level("same city", "substr(coalesce(county_l, hukou_l), 1, 4) = substr(coalesce(county_r, hukou_r), 1, 4)"),
        Level("same province", "substr(coalesce(county_l, hukou_l), 1, 2) = substr(coalesce(county_r, hukou_r), 1, 2)"),
    ),
    "differs",
)
"""One comparison, because most children live where they are registered; and none where the household is one, because
where that household lives is known by then."""

COMPARISONS = (NAME, BIRTH, SEX, ID_NUMBER, HOUSEHOLD, PLACE)

BLOCKS: tuple[tuple[str, ...], ...] = (
    ("name", "birth"),
    ("pinyin", "birth"),
    ("phone", "birth"),
    ("guardian_id", "birth"),
    ("guardian_name", "birth"),
    ("guardian_id", "given"),
    ("phone", "given"),
    ("name", "guardian_name"),
    ("name", "guardian_id"),
    ("name", "phone"),
    ("name", "village"),
    ("name", "county", "birth_year"),
    ("sound", "county", "birth_year"),
    ("surname", "birth", "sex", "county"),
    ("given", "birth", "county"),
)
"""Columns that must all be equal for two profiles to be compared. Hashed by the engine, blocked on by Spark."""
