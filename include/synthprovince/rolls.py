"""Whom an office has on its list and what it writes of everyone: its own part of the people, partly out of date.

A list is a Table with the columns of a contract and three more: uid, county (the sender) and errors (what is known
to be wrong, as `kind:column` joined by semicolons).
"""

from __future__ import annotations

import numpy as np

from synthprovince import land, sentinel
from synthprovince.census import addresses, phones
from synthprovince.chance import Days, Numbers, Shares, Table, Truths, Words, join, stack, take, words
from synthprovince.people import Province

STILL_LISTED = 0.25
"""Of those who left a county within the last months, the share an office has not struck off."""
FORGETS_AFTER = 200
NEWBORN = 0.4
"""Age in years up to which a child may have no number and no name yet."""


def known(province: Province, people: Table, office: str, coverage: Shares | float) -> Table:
    """The children an office lists where they live, and some who have left; adds county, place (door) and gone."""
    dice, uid = province.dice, people["uid"]
    met = covered(province, people, office, coverage)
    here = met & np.isin(people["residence"], province.counties)
    days = (np.datetime64(province.as_of, "D") - people["left_on"]).astype(np.int64)
    left = np.isin(people["prior"], province.counties) & (people["prior"] != people["residence"])
    left &= (days >= 0) & (days < FORGETS_AFTER) & met
    left &= dice.happens(uid, STILL_LISTED, office, "still listed", province.number)
    return stack(
        listed(people, here, people["residence"], people["door"]),
        listed(people, left, people["prior"], people["prior_door"], "left_the_county:"),
    )


def covered(province: Province, people: Table, office: str, coverage: Shares | float) -> Truths:
    """Whether an office knows each living child at all; the sentinel is known to every office."""
    met = np.less(province.dice.roll(people["uid"], office, "knows"), coverage) & ~people["died"]
    found: Truths = met | (people["uid"] == sentinel.UID)
    return found


def listed(people: Table, rows: Truths, county: Words, door: Numbers, errors: str = "") -> Table:
    """The chosen people on a list of these counties."""
    chosen = take(people, rows)
    return chosen | {
        "county": county[rows],
        "place": door[rows],
        "gone": np.full(int(rows.sum()), bool(errors)),
        "errors": words([errors] * int(rows.sum())),
    }


def note(rows: Table, where: Truths, error: str) -> None:
    """Add an error to the truth of some rows."""
    for row in np.flatnonzero(where):
        rows["errors"][row] = ";".join(filter(None, (rows["errors"][row], error)))


def describe(province: Province, rows: Table, office: str, by_mother: bool = False) -> Table:
    """The columns every office has of a child, under the names contracts use."""
    dice, uid = province.dice, rows["uid"]
    sexes = np.where(rows["sex"] == "1", "男", "女").astype(object)
    counties = rows["county"]
    phone = _phone(province, rows, office)
    guardian, guardian_id = rows["guardian"], rows["guardian_id"]
    if by_mother:
        others = (uid != sentinel.UID) & dice.happens(uid, 0.85, office, "mother came")
        guardian = np.where(others, rows["mother"], guardian)
    return {
        "uid": uid, "county": counties, "errors": rows["errors"],
        "name": _name(province, rows, office, by_mother), "id_number": _id_number(province, rows, office),
        "birth_date": dates(rows["birth"]), "sex": sexes, "ethnicity": join(rows["ethnicity"], "族"),
        "hukou_code": rows["hukou"].copy(), "residence_code": counties.copy(),
        "address": _address(province, rows, office), "sibling_number": _sibling_numbers(rows),
        "guardian_name": guardian.copy(), "guardian_id_number": guardian_id.copy(), "guardian_phone": phone,
        "birth_certificate_number": birth_certificates(uid, rows["birth"]),
    }  # fmt: skip


def _name(province: Province, rows: Table, office: str, births: bool) -> Words:
    dice, uid = province.dice, rows["uid"]
    late = dice.happens(uid, 0.5, office, "old name") & (rows["former_name"] != rows["name"])
    note(rows, late, "former_name:name")
    name = np.where(late, rows["former_name"], rows["name"])
    if births:
        unnamed = (rows["age"] < NEWBORN) & dice.happens(uid, 0.6, office, "unnamed", province.number)
        note(rows, unnamed, "temporary_name:name")
        suffix = np.where(rows["sex"] == "1", "之子", "之女").astype(object)
        name = np.where(unnamed, join(rows["mother"], suffix), name)
    return name


def _id_number(province: Province, rows: Table, office: str) -> Words:
    none = (rows["age"] < NEWBORN) & province.dice.happens(rows["uid"], 0.5, "no number yet", province.number)
    note(rows, none, "no_number_yet:id_number")
    return np.where(none, "", rows["id_number"])


def _sibling_numbers(rows: Table) -> Words:
    """Number of a brother or sister on the same list, or nothing."""
    order = np.argsort(rows["home"], kind="stable")
    homes, numbers = rows["home"][order], rows["id_number"][order]
    same = np.r_[homes[1:] == homes[:-1], False] if len(homes) else np.zeros(0, dtype=bool)
    found = words([""] * len(homes))
    found[order] = np.where(same, np.roll(numbers, -1), "")
    return found


def _address(province: Province, rows: Table, office: str) -> Words:
    first = rows["home"] * 1000
    old = province.dice.happens(rows["uid"], 0.06, office, "old address") & (first != rows["place"])
    note(rows, old, "old_address:address")
    return addresses(province.dice, rows, rows["county"], np.where(old, first, rows["place"]))


def _phone(province: Province, rows: Table, office: str) -> Words:
    dice, homes = province.dice, rows["home"]
    first = phones(dice, homes, np.zeros(len(homes), dtype=np.int64))
    stale = dice.happens(rows["uid"], 0.3, office, "old phone") & (first != rows["phone"])
    note(rows, stale, "old_phone:guardian_phone")
    return np.where(stale, first, rows["phone"])


def townships(province: Province, counties: Words, doors: Numbers) -> tuple[Words, Words]:
    """Township and village or community, by name."""
    numbers = land.township_numbers(province.dice, doors)
    villages = land.village_names(counties, numbers, land.village_numbers(province.dice, doors))
    return land.township_names(counties, numbers), villages


def dates(days: Days) -> Words:
    """Dates as Python dates, nothing where there is none."""
    return words([day or "" for day in days.astype("datetime64[D]").astype(object).tolist()])


def birth_certificates(uid: Numbers, births: Days) -> Words:
    """Certificate numbers: a letter for the edition, 41, seven digits."""
    years = births.astype("datetime64[Y]").astype(np.int64) + 1970
    pairs = zip(years.tolist(), (uid * 7_919 % 10_000_000).tolist(), strict=True)
    return words([f"{'PQRSTUVWX'[min(max(year - 2012, 0) // 2, 8)]}41{number:07d}" for year, number in pairs])
