"""Numbers on the lists: the child's identity number with what clerks do to it, and the numbers each office gives."""

from __future__ import annotations

import numpy as np

from synthprovince.chance import Numbers, Truths
from synthprovince.crowd import cells
from synthprovince.crowd.cells import Letters, Octets, Rng
from synthprovince.crowd.families import Children, Homes
from synthprovince.crowd.rates import Rates
from synthprovince.crowd.rolls import DISABLED, EDUCATION, HEALTH, ID_MISSING, Records

PLACEHOLDERS = np.array([
    "111111111111111111", "000000000000000000", "123456789012345678", "999999999999999999", "41000019000101000X",
    "410000201001010011", "无身份证", "待补", "不详", "未上户口",
])  # fmt: skip
PLACEHOLDER_SHARES = np.array([18, 14, 8, 8, 14, 10, 10, 8, 6, 4]) / 100
WIDE = 24
"""Most characters of a number cell."""
LETTERS = np.frombuffer(b"HIJKLMNOPQRSTUVWXYZ", dtype=np.uint8)
FIRST_EDITION = 2008


def sibling_of(children: Children) -> Numbers:
    """Place of a brother or sister of each child; itself where there is none."""
    place = np.arange(len(children.home))
    same = children.home[1:] == children.home[:-1]
    after = np.where(np.r_[same, False], place + 1, place)
    return np.where(np.r_[False, same], place - 1, after)


def identity_cells(
    rng: Rng, children: Children, records: Records, guardians: Octets, unnamed: Truths, rates: Rates
) -> tuple[Letters, Truths]:
    """The id_number column, and where the clerk mistyped the child's own; `guardians` as written on the record."""
    own = cells.identity_numbers(children.region, children.born, children.sequence)
    kind = cells.kinds(rng, _shares(children, records, unnamed, rates), len(records.child))
    found = np.zeros((len(records.child), 19), dtype=np.uint8)
    found[:, :18] = own[records.child]
    found[kind == 0] = 0
    found[kind == 1, :18] = guardians[kind == 1]
    found[kind == 2, :18] = own[sibling_of(children)[records.child[kind == 2]]]
    cells.change_digit(rng, found, np.flatnonzero(kind == 4), 18)
    cells.swap(rng, found, np.flatnonzero(kind == 5), 18)
    cells.stretch(rng, found, np.flatnonzero(kind == 6), 18)
    found[kind == 7, :18] = _wrong_but_valid(rng, children, own, records.child[kind == 7])
    written = cells.text(found).astype(f"U{WIDE}")
    rows = np.flatnonzero(kind == 3)
    written[rows] = rng.choice(PLACEHOLDERS, len(rows), p=PLACEHOLDER_SHARES)
    _spoil_by_excel(rng, written, np.flatnonzero(kind == 8))
    write_carelessly(rng, written, np.flatnonzero(kind == 9))
    return written, (kind >= 4) & (kind <= 6)


def _shares(children: Children, records: Records, unnamed: Truths, rates: Rates) -> list[float | np.ndarray]:
    missing = rates.id_missing * records.by_feed(ID_MISSING)
    missing = np.where(unnamed, np.maximum(0.55, missing), missing)
    guardian = rates.id_guardian * np.where(records.feed == HEALTH, 3.6, 1.0)
    alone = sibling_of(children)[records.child] == records.child
    sibling = np.where(alone, 0.0, rates.id_sibling)
    return [
        np.minimum(missing, 0.85), guardian, sibling, rates.id_placeholder, rates.id_digit, rates.id_swap,
        rates.id_length, rates.id_wrong_valid, rates.id_excel, rates.id_format,
    ]  # fmt: skip


def _wrong_but_valid(rng: Rng, children: Children, own: Octets, who: Numbers) -> Octets:
    """Half another child's number, half one nobody bears, mostly of the same birth date."""
    theirs = own[rng.integers(0, len(own), len(who))]
    sequence = (children.sequence[who] + 2 * rng.integers(1, 400, len(who))) % 1000
    born = children.born[who] + np.where(rng.random(len(who)) < 0.4, rng.integers(-30, 31, len(who)), 0)
    nobody = cells.identity_numbers(children.region[who], born, sequence)
    return np.where((rng.random(len(who)) < 0.5)[:, None], theirs, nobody)


def _spoil_by_excel(rng: Rng, written: Letters, rows: Numbers) -> None:
    """Fifteen digits kept, or the scientific form shown; a number that ends in X is text and stays."""
    rows = rows[~np.strings.endswith(written[rows], "X")]
    old = written[rows]
    first, second = np.strings.slice(old, 0, 1), np.strings.slice(old, 1, 6)
    shown = np.strings.add(np.strings.add(first, np.strings.add(".", second)), "E+17")
    zeros = np.strings.add(np.strings.slice(old, 0, 15), "000")
    written[rows] = np.where(rng.random(len(rows)) < 0.6, zeros, shown)


def write_carelessly(rng: Rng, written: Letters, rows: Numbers) -> None:
    """Full width, lower case, spaces and apostrophes around the right characters, in place."""
    way = rng.integers(0, 6, len(rows))
    cells.full_width(written, rows[way == 0])
    low = rows[way == 1]
    written[low] = np.strings.lower(written[low])
    for number, (before, after) in {2: ("", " "), 3: ("'", ""), 4: ("　", "")}.items():
        some = rows[way == number]
        written[some] = np.strings.add(np.strings.add(before, written[some]), after)
    apart = rows[way == 5]
    old = written[apart]
    parts = (np.strings.slice(old, 0, 6), np.strings.slice(old, 6, 14), np.strings.slice(old, 14, 18))
    written[apart] = np.strings.add(
        np.strings.add(parts[0], np.strings.add(" ", parts[1])), np.strings.add(" ", parts[2])
    )


def guardian_numbers(homes: Homes, children: Children, records: Records, role: Numbers) -> Octets:
    """True number of the guardian each record names."""
    home = children.home[records.child]
    return cells.identity_numbers(homes.region[home, role], homes.born[home, role], homes.sequence[home, role])


def guardian_cells(rng: Rng, records: Records, guardians: Octets, rates: Rates) -> tuple[Letters, Truths]:
    """The guardian_id_number column and where it is filled; a few old numbers have fifteen digits."""
    present = records.has("guardian_id_number")
    present &= rng.random(len(present)) >= rates.guardian_id_missing
    found = np.concatenate([guardians, np.zeros((len(guardians), 1), dtype=np.uint8)], axis=1)
    mistyped = cells.hits(rng, present, rates.guardian_id_digit)
    cells.change_digit(rng, found, mistyped[::2], 18)
    cells.swap(rng, found, mistyped[1::2], 18)
    old = cells.hits(rng, present & (guardians[:, 6] == 49), 0.004)
    found[old] = np.concatenate([found[old][:, :6], found[old][:, 8:17], np.zeros((len(old), 4), np.uint8)], axis=1)
    written = cells.text(found).astype(f"U{WIDE}")
    write_carelessly(rng, written, cells.hits(rng, present, rates.id_format))
    return written, present


def office_numbers(
    rng: Rng, children: Children, records: Records, written: Letters, mistyped: Truths, rates: Rates
) -> dict[str, tuple[Letters, Truths]]:
    """Columns of the numbers offices give, each with where it is filled; `written` is the id_number column."""
    who = _swapped(rng, children, records.child, rates)
    own = cells.identity_numbers(children.region, children.born, children.sequence)
    serial = (children.child[who] * 2 + records.later) * 1_299_709_000_033 % 10**15
    columns = {
        "school_roll_number": _roll_numbers(rng, children, records, who, own, written, mistyped),
        "birth_certificate_number": cells.text(_certificates(children)[who]),
        "vaccination_code": cells.text(_vaccination_codes(children)[who]),
        "disability_certificate_number": cells.text(_disability(children, own)[who]),
        "health_record_number": cells.text(_health_records(children, records, who)),
        "insurance_number": np.strings.add("41", cells.text(cells.digits(serial, 15))),
    }
    return {name: _mistype(rng, values, _present(rng, records, name, rates), rates) for name, values in columns.items()}


def _swapped(rng: Rng, children: Children, child: Numbers, rates: Rates) -> Numbers:
    """Whose number the record shows: now and then a sibling's or a stranger's."""
    who = child.copy()
    rows = cells.hits(rng, np.ones(len(child), dtype=bool), rates.number_swapped)
    stranger = rng.integers(0, len(children.child), len(rows))
    sibling = sibling_of(children)[child[rows]]
    who[rows] = np.where((sibling != child[rows]) & (rng.random(len(rows)) < 0.7), sibling, stranger)
    return who


OWN_FEED = {
    "school_roll_number": EDUCATION, "health_record_number": HEALTH, "disability_certificate_number": DISABLED,
}  # fmt: skip
ELSEWHERE = {"school_roll_number": 0.45, "birth_certificate_number": 0.72, "disability_certificate_number": 0.06}
"""Share of records that show a number another office gave."""


def _present(rng: Rng, records: Records, name: str, rates: Rates) -> Truths:
    has = records.has(name)
    foreign = name in ELSEWHERE and (records.feed != OWN_FEED.get(name, -1))
    share = np.where(foreign, ELSEWHERE.get(name, 1.0), 1.0 - rates.number_missing)
    found: Truths = has & (rng.random(len(has)) < share)
    return found


def _mistype(rng: Rng, values: Letters, present: Truths, rates: Rates) -> tuple[Letters, Truths]:
    rows = cells.hits(rng, present, rates.number_typo)
    octets = cells.octets(values[rows], WIDE)
    every = np.arange(len(rows))
    shortest = int(np.strings.str_len(values[rows]).min(initial=WIDE))
    if len(rows):
        cells.change_digit(rng, octets, every[::2], shortest)
        cells.swap(rng, octets, every[1::2], shortest)
    changed = values.astype(f"U{WIDE}")
    changed[rows] = cells.text(octets)
    return changed, present


def _roll_numbers(
    rng: Rng, children: Children, records: Records, who: Numbers, own: Octets, written: Letters, mistyped: Truths
) -> Letters:
    """G and the identity number, sometimes as mistyped; J or L and a number of the school's where there was none."""
    ours = np.strings.add("G", cells.text(own[who]))
    as_typed = (
        mistyped & (records.feed == EDUCATION) & (np.strings.str_len(written) == 18) & (rng.random(len(who)) < 0.3)
    )
    ours = np.where(as_typed, np.strings.add("G", np.strings.slice(written, 0, 18)), ours)
    without = _draw(children.child, 11) < 0.02
    body = children.region * 10**11 + cells.calendar(children.born) * 1000 + (children.sequence + 500) % 1000
    school = np.strings.add(np.where(_draw(children.child, 12) < 0.6, "J", "L"), cells.text(cells.with_check(body)))
    # a pupil first enrolled without a number keeps the old roll number on a part of the lists
    old = without[who] & (rng.random(len(who)) < 0.85)
    return np.where(old, school[who], ours)


def _certificates(children: Children) -> Octets:
    """A letter for the edition, the province, seven digits; twins' follow one another."""
    year = cells.calendar(children.born) // 10_000
    letter = LETTERS[np.clip(year - FIRST_EDITION, 0, len(LETTERS) - 1)]
    second = np.r_[False, children.birth[1:] == children.birth[:-1]]
    serial = 2 * (children.birth * 1_299_709 % 4_999_999) + second
    numbers = cells.digits(children.region // 10_000 * 10**7 + serial, 9)
    return np.concatenate([letter[:, None], numbers], axis=1)


def _vaccination_codes(children: Children) -> Octets:
    """County and date of birth, then four digits of the clinic's."""
    serial = (children.sequence * 387 + children.region) % 1000 * 10 + (_draw(children.child, 13) * 10).astype(np.int64)
    return cells.digits(children.region * 10**12 + cells.calendar(children.born) * 10**4 + serial, 18)


def _disability(children: Children, own: Octets) -> Octets:
    kind = 49 + (_draw(children.child, 14) * 7).astype(np.uint8)
    grade = 49 + (_draw(children.child, 15) * 4).astype(np.uint8)
    return np.concatenate([own, kind[:, None], grade[:, None]], axis=1)


def _health_records(children: Children, records: Records, who: Numbers) -> Octets:
    """County, township, village and serial; a second record after a move has a number of its own."""
    unique = (children.child[who] * 2 + (records.later & (_draw(children.child[who], 16) < 0.7))) * 15_485_863
    village = (_draw(children.home[who], 17) * 12 + 1).astype(np.int64)
    township, serial = unique % 99_999_989 // 10**5, unique % 99_999_989 % 10**5
    return cells.digits(children.region[who] * 10**11 + township * 10**8 + village * 10**5 + serial, 17)


def _draw(ids: Numbers, question: int) -> np.ndarray:
    """One lasting share in [0, 1) for each id (SplitMix64)."""
    x = ids.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(question * 7_046_029_254_386_353_131 % 2**64)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (x ^ (x >> np.uint64(31))).astype(np.float64) / 2.0**64
