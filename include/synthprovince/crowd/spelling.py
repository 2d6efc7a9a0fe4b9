"""Names as clerks write them: misheard, misread, in older or richer characters, without, or by a name since dropped."""

from __future__ import annotations

import numpy as np

from synthprovince.chance import Numbers, Truths
from synthprovince.crowd import cells, characters
from synthprovince.crowd.cells import Letters, Rng
from synthprovince.crowd.characters import Codes
from synthprovince.crowd.families import Children, ages
from synthprovince.crowd.naming import NAME, PLAIN, WIDTH, Names
from synthprovince.crowd.rates import Rates
from synthprovince.crowd.rolls import CDC, HEALTH, INSURANCE, POLICE, Records

DOTS = np.array(["•", "．", ".", "・", "‧", "-", "", " "])
DOT_SHARES = np.array([22, 14, 14, 10, 8, 4, 20, 8]) / 100
RESPELT = (
    ("依", "伊"),
    ("尔", "儿"),
    ("买买提", "麦麦提"),
    ("不都", "卜杜"),
    ("吐", "图"),
    ("米", "密"),
    ("孜", "则"),
    ("哈", "卡"),
)
SIGNS = np.array([ord(sign) for sign in "?□*■〇"], dtype=np.uint32)
SPACES = np.array([" ", "　", "\u200b", "\u00a0"])


def unnamed_rows(rng: Rng, children: Children, records: Records, rates: Rates) -> Truths:
    """Records that show a newborn's makeshift name."""
    once = rng.random(len(children.child)) < rates.newborn * np.where(ages(children) < 0.5, 5.0, 1.0)
    kept = np.zeros(8)
    kept[[CDC, HEALTH, INSURANCE, POLICE]] = 0.52, 0.52, 0.12, 0.05
    found: Truths = once[records.child] & (rng.random(len(records.child)) < kept[records.feed])
    return found


def child_names(rng: Rng, names: Names, children: Children, records: Records, unnamed: Truths, rates: Rates) -> Letters:
    """The name column."""
    true, length = names.name.copy(), names.surname_length
    rare = _make_rare(rng, true, names, rates)
    written = true[records.child].astype(NAME)
    _lose_rare(rng, written, cells.hits(rng, rare[records.child], rates.rare_lost))
    _show_former(rng, written, true, length, children, records, names, rates)
    _show_makeshift(rng, written, np.flatnonzero(unnamed), children, records, names)
    misspell(rng, written, length[records.child], ~unnamed & ~names.dotted[records.child], rates)
    _respell_dotted(rng, written, cells.hits(rng, ~unnamed & names.dotted[records.child], rates.minority_noise))
    return written


def misspell(rng: Rng, written: Letters, surname_length: Numbers, among: Truths, rates: Rates) -> None:
    """What happens to a Han name, in place."""
    exchange(rng, written, surname_length, cells.hits(rng, among, rates.homophone), characters.homophones())
    exchange(rng, written, surname_length, cells.hits(rng, among, rates.look_alike), characters.look_alikes())
    codes = _codes(written)
    for rate, table in ((rates.traditional, characters.traditional()), (rates.variant, characters.variants())):
        rows = cells.hits(rng, among, rate)
        codes[rows] = table[np.minimum(codes[rows], characters.SIZE - 1)]
    rows = cells.hits(rng, among, rates.unreadable)
    place = _place(rng, written, surname_length, rows)
    private = 0xE000 + codes[rows, place] % 6400
    sign = rng.choice(SIGNS, len(rows))
    codes[rows, place] = np.where(rng.random(len(rows)) < 0.4, private, sign)
    _spell_out(rng, written, cells.hits(rng, among, rates.pinyin))
    _space(rng, written, cells.hits(rng, among, rates.name_spacing))
    _add_or_drop(rng, written, surname_length, cells.hits(rng, among, rates.name_extra))


def exchange(rng: Rng, written: Letters, surname_length: Numbers, rows: Numbers, table: Codes) -> None:
    """One character for one of its alternatives, the first more often, in place."""
    codes = _codes(written)
    place = _place(rng, written, surname_length, rows)
    others = table[np.minimum(codes[rows, place], characters.SIZE - 1)]
    count = (others > 0).sum(axis=1)
    choice = np.minimum((rng.random(len(rows)) ** 1.5 * count).astype(np.int64), characters.CHOICES - 1)
    new = others[np.arange(len(rows)), choice]
    codes[rows, place] = np.where(count > 0, new, codes[rows, place])


def _codes(written: Letters) -> Codes:
    found: Codes = written.view(np.uint32).reshape(len(written), WIDTH)
    return found


def _place(rng: Rng, written: Letters, surname_length: Numbers, rows: Numbers) -> Numbers:
    """Where in the name it happens: mostly in the given name."""
    length = np.maximum(np.strings.str_len(written[rows]), 1)
    start = np.where(rng.random(len(rows)) < 0.88, surname_length[rows], 0)
    start = np.minimum(start, length - 1)
    place: Numbers = start + (rng.random(len(rows)) * (length - start)).astype(np.int64)
    return place


def _make_rare(rng: Rng, true: Letters, names: Names, rates: Rates) -> Truths:
    """Let some children's names end in a character old systems lack, in place; tell whose."""
    rare = ~names.dotted & (rng.random(len(true)) < rates.rare_child)
    rows = np.flatnonzero(rare)
    letters = np.array([ord(letter) for letter in characters.RARE], dtype=np.uint32)
    _codes(true)[rows, np.strings.str_len(true[rows]) - 1] = rng.choice(letters, len(rows))
    return rare


def _lose_rare(rng: Rng, written: Letters, rows: Numbers) -> None:
    """The last character private, a sign, its reading or one of the same sound, in place."""
    place, way = np.strings.str_len(written[rows]) - 1, rng.random(len(rows))
    codes = _codes(written)
    old = np.minimum(codes[rows, place], characters.SIZE - 1)
    alike = characters.homophones()[old, 0]
    alike = np.where(alike > 0, alike, SIGNS[0])
    new = np.select([way < 0.35, way < 0.65], [0xE000 + old % 6400, rng.choice(SIGNS, len(rows))], alike)
    codes[rows, place] = new
    spelt = rows[way > 0.85]
    head = np.strings.slice(written[spelt], np.zeros(len(spelt), dtype=int), place[way > 0.85])
    written[spelt] = np.strings.add(head, characters.pinyin()[old[way > 0.85]])


def _show_former(
    rng: Rng, written: Letters, true: Letters, length: Numbers, children: Children, records: Records, names: Names,
    rates: Rates,
) -> None:  # fmt: skip
    """Former names: the other parent's surname, or other given names, on half of the records."""
    changed = cells.hits(rng, ~names.dotted, rates.renamed)
    former = true.copy()
    home = children.home[changed]
    given = np.array([name[n:] for name, n in zip(true[changed], length[changed], strict=True)], dtype=NAME)
    surname = np.strings.slice(names.adults[home, 1], 0, 1)
    others = rng.choice(true, len(changed))
    new_given = np.strings.add(np.strings.slice(true[changed], 0, 1), np.strings.slice(others, 1, 3))
    by_surname = rng.random(len(changed)) < 0.6
    former[changed] = np.where(by_surname, np.strings.add(surname, given), new_given)
    rows = np.isin(records.child, changed) & (rng.random(len(written)) < 0.5)
    written[rows] = former[records.child[rows]]


def _show_makeshift(
    rng: Rng, written: Letters, rows: Numbers, children: Children, records: Records, names: Names
) -> None:
    """王芳之子 and its like, in place; twins are told apart on some lists only."""
    child = records.child[rows]
    home = children.home[child]
    mother, father = names.adults[home, 1], names.adults[home, 0]
    parent = np.where(rng.random(len(rows)) < 0.85, mother, father)
    boy = children.male[child] == 1
    word = np.where(boy, "之子", "之女")
    second = np.r_[False, children.birth[1:] == children.birth[:-1]][child]
    ordinal = np.where(boy, np.where(second, "之次子", "之长子"), np.where(second, "之次女", "之长女"))
    word = np.where(children.twin[child] & (rng.random(len(rows)) < 0.5), ordinal, word)
    found = np.strings.add(parent, word)
    surname = np.strings.slice(father, 0, 1)
    chance = rng.random(len(rows))
    found = np.where(chance > 0.85, np.strings.add(surname, np.where(chance > 0.93, "宝宝", "某某")), found)
    found = np.where(chance > 0.97, rng.choice(["未取名", "新生儿", "无名", "暂未命名"], len(rows)), found)
    written[rows] = found


def _spell_out(rng: Rng, written: Letters, rows: Numbers) -> None:
    """In Latin letters, together or apart."""
    readings = characters.pinyin()[np.minimum(_codes(written)[rows, :4], characters.SIZE - 1)]
    apart = np.where(rng.random(len(rows)) < 0.5, " ", "")
    found = readings[:, 0]
    for place in range(1, 4):
        gap = np.where(np.strings.str_len(readings[:, place]) > 0, apart, "")
        found = np.strings.add(found, np.strings.add(gap, readings[:, place]))
    found = np.where(rng.random(len(rows)) < 0.6, np.strings.upper(found), found)
    written[rows] = np.where(np.strings.str_len(found) > 1, found, written[rows])


def _space(rng: Rng, written: Letters, rows: Numbers) -> None:
    """Blanks inside two-character names, around others."""
    old = written[rows]
    space = rng.choice(SPACES, len(rows))
    inside = np.strings.add(np.strings.add(np.strings.slice(old, 0, 1), space), np.strings.slice(old, 1, 20))
    short = (np.strings.str_len(old) == 2) | (rng.random(len(rows)) < 0.4)
    written[rows] = np.where(short, inside, np.strings.add(old, space))


def _add_or_drop(rng: Rng, written: Letters, surname_length: Numbers, rows: Numbers) -> None:
    """A given name cut short, turned round or with a remark."""
    old, chance = written[rows], rng.random(len(rows))
    long = np.strings.str_len(old) == 3
    short = np.strings.slice(old, 0, 2)
    turned = np.strings.add(np.strings.slice(old, 0, 1), np.strings.slice(old, 2, 3))
    turned = np.strings.add(turned, np.strings.slice(old, 1, 2))
    found = np.where(long & (chance < 0.4), short, np.where(long & (chance < 0.7), turned, old))
    written[rows] = np.where(chance > 0.85, np.strings.add(old, rng.choice(["（小名）", "1", "*"], len(rows))), found)


def _respell_dotted(rng: Rng, written: Letters, rows: Numbers) -> None:
    """Other dots or none, cut to the width of an old field, the father's name left out, other syllables."""
    way = rng.random(len(rows))
    some = rows[way < 0.55]
    _replace(written, some, "·", rng.choice(DOTS, len(some), p=DOT_SHARES))
    cut = rows[(way >= 0.55) & (way < 0.72)]
    written[cut] = np.strings.slice(written[cut], np.zeros(len(cut), dtype=int), rng.integers(4, 9, len(cut)))
    own = rows[(way >= 0.72) & (way < 0.82)]
    dot = np.strings.find(written[own], "·")
    written[own] = np.strings.slice(written[own], np.zeros(len(own), dtype=int), np.where(dot < 0, WIDTH, dot))
    for number, (usual, other) in enumerate(RESPELT):
        _replace(written, rows[(way >= 0.82) & (rng.integers(0, 3, len(rows)) == number % 3)], usual, other)


def _replace(written: Letters, rows: Numbers, usual: str, other: Letters | str) -> None:
    """Replace a word in some names; numpy's own replace does not take no names at all."""
    if len(rows):
        written[rows] = np.strings.replace(written[rows], usual, other)


def guardian_names(
    rng: Rng, names: Names, home: Numbers, records: Records, role: Numbers, rates: Rates
) -> tuple[Letters, Truths]:
    """The guardian_name column and where it is filled."""
    written = names.adults[home, role].astype(NAME)
    present = records.has("guardian_name") & (rng.random(len(home)) >= rates.guardian_missing)
    dotted = names.ethnicity[home] >= len(PLAIN)
    length = np.where(dotted, 0, 1)
    among = present & ~dotted
    exchange(rng, written, length, cells.hits(rng, among, rates.guardian_spelling), characters.homophones())
    exchange(rng, written, length, cells.hits(rng, among, rates.guardian_spelling / 3), characters.look_alikes())
    _space(rng, written, cells.hits(rng, among, rates.name_spacing))
    _respell_dotted(rng, written, cells.hits(rng, present & dotted, rates.minority_noise))
    return written, present
