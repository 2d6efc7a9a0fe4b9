"""Fold names for matching: what a name is however it was typed, how it sounds, what it looks like, and whether it names
anybody at all.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from childledger.linkage import dress, romanised
from childledger.linkage.characters import (
    CLOSE,
    DIGIT,
    DOT,
    GAP,
    HAN,
    LATIN,
    LONGEST_HAN,
    LOST,
    LOST_SIGN,
    OPEN,
    TELLING,
    Codes,
    Flags,
    Offsets,
    codes_of,
    count,
    in_stretches,
    offsets_of,
    rules,
    tables,
    texts_of,
)

PET_LENGTH = 2
"""Characters of a pet name."""
SON, DAUGHTER = map(ord, "子女")
LONGEST_SYLLABLE = 6
"""Letters of zhuang, the longest there is."""
AT_ONCE = 65_536
"""Names folded at once, so that what is made of them on the way stays in a processor's cache."""

_SOUNDS = (
    (r"^hu(?=[ao])", "f"),
    (r"^hu([in])$", r"fe\1"),
    (r"^hu$", "fu"),
    (r"^([zcs])h", r"\1"),
    (r"^[nr](?=[aeiouv])", "l"),
    (r"(?<=[aei])ng$", "n"),
)
"""Near-homophones: zh/z ch/c sh/s, n/l, r/l, hu/f, ang/an eng/en ing/in; ong stays, as on is no syllable."""


@dataclass(frozen=True)
class _Names:
    """Folded names laid end to end."""

    codes: Codes
    kinds: npt.NDArray[np.uint16]
    offsets: Offsets
    breaks: Flags
    """Codes with a gap before them as written."""
    dotted: Flags
    """Names with a dot between two of their characters, one flag per name."""

    @property
    def lengths(self) -> Offsets:
        return np.diff(self.offsets)

    def counted(self, kind: int) -> Offsets:
        """Characters of a kind in each name."""
        return count((self.kinds & kind) != 0, self.offsets)

    def part(self, begins: Offsets, lengths: Offsets) -> tuple[Codes, Offsets]:
        """The codes of a stretch of each name, and their offsets."""
        offsets = offsets_of(lengths)
        places = np.repeat(begins - offsets[:-1], lengths) + np.arange(offsets[-1])
        return self.codes[places], offsets


def fold(names: pa.StringArray) -> pa.Table:
    """Fold distinct spellings; one row for each, in their order, all columns text.

    name: simplified, no gaps, `?` for a lost character; null where it names nobody. surname, given: null and the whole
    name where it can't be split. pinyin: syllables without a gap; sound: with one. shape: look-alikes made one.
    pattern: for LIKE, where a character is lost. turned: the pinyin of Latin letters whose surname is last. pet: a name
    that a family may call a child whatever its name is. kind: han, whole (minority, foreign or long), latin,
    placeholder or none (blank). parent: whose newborn a placeholder names, or a name may (王芳女, 王芳子).
    """
    tables()  # made once, before the threads that all need them
    return in_stretches(lambda first, length: _fold(names.slice(first, length)), len(names), AT_ONCE)


def _fold(names: pa.StringArray) -> pa.Table:
    read = _read(names)
    plain = texts_of(read.codes, read.offsets)
    nobody, parent = _nobody(plain, read)
    latin = (read.counted(LATIN) > 0) & (read.counted(LATIN | LOST) == read.lengths)
    whole = read.dotted | (read.lengths > LONGEST_HAN) | ~_begins_han(read)
    kind = np.select([read.lengths == 0, nobody, latin, whole], ["none", "placeholder", "latin", "whole"], "han")
    compound = _compound(read, kind == "han")
    pet = _pet(read, kind, plain, compound >= 0)
    surname, given = _split(read, kind == "han", compound >= 0, pet & (read.lengths == PET_LENGTH))
    pinyin, sound, turned = _spoken(read, kind, compound)
    parent = pc.coalesce(parent, _called_child(plain, read, kind == "han"))
    somebody = ~(nobody | (read.lengths == 0))
    columns = {
        "name": plain, "surname": surname, "given": given, "pinyin": pinyin, "sound": sound,
        "shape": texts_of(tables().shapes[read.codes], read.offsets), "pattern": _pattern(plain, read),
        "turned": turned, "pet": pc.if_else(pa.array(pet), plain, pa.scalar(None, pa.string())),
    }  # fmt: skip
    known = pa.array(somebody)
    shown = {name: pc.if_else(known, column, pa.scalar(None, pa.string())) for name, column in columns.items()}
    return pa.table({**shown, "kind": pa.array(kind).cast(pa.string()), "parent": parent})


def _read(names: pa.StringArray) -> _Names:
    """Fold every character; drop gaps, brackets with what they hold, and numbers at the end."""
    codes, offsets = codes_of(dress.undress(names))
    kinds, folded = tables().kinds[codes], tables().folded[codes]
    keep = folded != 0
    keep &= ~_bracketed(kinds, offsets, keep)
    begins, rest = _spelled_out(kinds, offsets, keep)
    folded[begins], kinds[begins] = LOST_SIGN, LOST
    keep[rest] = False
    keep &= ~_numbered(kinds, offsets, keep)
    keep &= ~_marked(kinds, folded, offsets, keep)
    places = offsets_of(keep.view(np.int8))
    breaks = np.zeros(len(codes), bool)
    breaks[1:] = (kinds[:-1] & GAP) != 0
    begins = places[offsets]
    dots = np.flatnonzero(kinds & DOT)
    rows = np.searchsorted(offsets, dots, "right") - 1
    inner = (places[dots] > begins[rows]) & (places[dots] < begins[rows + 1])
    dotted = np.zeros(len(offsets) - 1, bool)
    dotted[rows[inner]] = True
    return _Names(folded[keep], kinds[keep], begins, breaks[keep], dotted)


def _bracketed(kinds: npt.NDArray[np.uint16], offsets: Offsets, keep: Flags) -> Flags:
    """Codes inside brackets, where something stands outside; a bracket never closed holds the rest."""
    opens: Flags = (kinds & OPEN) != 0
    closes = (kinds & CLOSE) != 0
    if not opens.any():
        return opens
    depth = offsets_of(opens.view(np.int8) - closes.view(np.int8))
    inside = depth[1:] > np.repeat(depth[offsets[:-1]], np.diff(offsets))
    dropped: Flags = inside & np.repeat(count(keep & ~inside, offsets) > 0, np.diff(offsets))
    return dropped


def _spelled_out(kinds: npt.NDArray[np.uint16], offsets: Offsets, keep: Flags) -> tuple[Offsets, Offsets]:
    """Where the letters of one syllable in a Han name begin, and the rest of them: a character the system lacks."""
    kept, places = np.flatnonzero(keep), offsets_of(keep.view(np.int8))[offsets]
    latin = (kinds[kept] & LATIN) != 0
    if latin.any():
        latin &= np.repeat(count((kinds[kept] & HAN) != 0, places) > 0, np.diff(places))
    begins = latin.copy()
    begins[1:] &= ~latin[:-1]
    firsts = places[:-1][np.diff(places) > 0]
    begins[firsts] = latin[firsts]
    letters = np.flatnonzero(latin)
    run = np.cumsum(begins[letters]) - 1
    length = np.bincount(run, minlength=1)[run]
    letters = letters[(length > 1) & (length <= LONGEST_SYLLABLE)]
    return kept[letters[begins[letters]]], kept[letters[~begins[letters]]]


def _numbered(kinds: npt.NDArray[np.uint16], offsets: Offsets, keep: Flags) -> Flags:
    """Digits after which the name has nothing but digits."""
    digits: Flags = (kinds & DIGIT) != 0
    places = np.flatnonzero(digits & keep)
    if len(places):
        others = offsets_of((keep & ~digits).view(np.int8))
        ends = offsets[np.searchsorted(offsets, places, "right")]
        digits[:] = False
        digits[places[others[places] == others[ends]]] = True
    return digits


def _marked(kinds: npt.NDArray[np.uint16], folded: Codes, offsets: Offsets, keep: Flags) -> Flags:
    """Signs behind whole Han names, which clerks put there to find a row again; a compound surname needs one more."""
    kept, ends = np.flatnonzero(keep), offsets_of(keep.view(np.int8))[offsets]
    marked = np.zeros(len(keep), bool)
    long = np.flatnonzero(np.diff(ends) == LONGEST_HAN)
    at = kept[ends[long][:, None] + np.arange(LONGEST_HAN)]
    whole = ((kinds[at[:, -1]] & LOST) != 0) & ((kinds[at[:, :-1]] & HAN) != 0).all(axis=1)
    marked[at[whole & (_places(folded[at[:, 0]], folded[at[:, 1]]) < 0), -1]] = True
    return marked


def _nobody(plain: pa.StringArray, read: _Names) -> tuple[Flags, pa.StringArray]:
    """Names that name nobody, and the parent a newborn's stands for."""
    lost = read.counted(LOST)
    nobody = ((read.lengths == 1) | (lost == read.lengths)) & (read.lengths > 0)
    latin = read.counted(LATIN) > 0
    suspects = np.flatnonzero((read.counted(TELLING) > 0) | latin | read.dotted)
    texts = plain.take(pa.array(suspects))
    parents = _parents(texts, pa.array(read.dotted[suspects]))
    found = pc.or_(pc.match_substring_regex(texts, _nameless()), pc.is_valid(parents))
    nobody[suspects] |= found.to_numpy(zero_copy_only=False)
    named = np.zeros(len(plain), bool)
    named[suspects] = pc.is_valid(parents).to_numpy(zero_copy_only=False)
    return nobody, pc.replace_with_mask(pa.nulls(len(plain), pa.string()), pa.array(named), parents.drop_null())


def _parents(texts: pa.StringArray, dotted: pa.BooleanArray) -> pa.StringArray:
    """Full name of the parent before "之子" and the like; null where there is none."""
    patterns = rules()["placeholders"]
    names, dotted_names = (
        pc.struct_field(pc.extract_regex(texts, pattern=patterns[kind]), "parent")
        for kind in ("newborn", "dotted_newborn")
    )
    return _a_parents(pc.coalesce(names, pc.if_else(dotted, dotted_names, pa.scalar(None, pa.string()))))


def _a_parents(names: pa.StringArray) -> pa.StringArray:
    """Names but for those that are only a surname or nobody's."""
    surname_only = pc.or_(pc.less(pc.utf8_length(names), 2), pc.is_in(names, value_set=pa.array(_compound_surnames())))
    nobody = pc.or_(surname_only, pc.match_substring_regex(names, _nameless()))
    return pc.if_else(nobody, pa.scalar(None, pa.string()), names)


def _called_child(plain: pa.StringArray, read: _Names, han: Flags) -> pa.StringArray:
    """Who 王芳子 and 王芳女 may be a child of, for want of a name: what stands before the last character."""
    lasts = np.append(read.codes, np.uint32(0))[np.where(han & (read.lengths > PET_LENGTH), read.offsets[1:] - 1, -1)]
    places = np.flatnonzero((lasts == SON) | (lasts == DAUGHTER))
    called = _a_parents(pc.utf8_slice_codeunits(plain.take(pa.array(places)), 0, -1))
    found = pc.is_valid(called).to_numpy(zero_copy_only=False)
    named = np.zeros(len(plain), bool)
    named[places[found]] = True
    return pc.replace_with_mask(pa.nulls(len(plain), pa.string()), pa.array(named), called.drop_null())


def _nameless() -> str:
    """What is found in names that name nobody, newborns of a named parent apart."""
    patterns = rules()["placeholders"]
    return rf"{patterns['anywhere']}|^(?:{patterns['whole']})$"


def _compound_surnames() -> list[str]:
    return list(rules()["compound_surnames"])


def _begins_han(read: _Names) -> Flags:
    """Names whose first character is Han, or lost where others are left."""
    firsts = np.zeros(len(read.offsets) - 1, bool)
    filled = read.lengths > 0
    firsts[filled] = (read.kinds[read.offsets[:-1][filled]] & (HAN | LOST)) != 0
    return firsts


def _compound(read: _Names, han: Flags) -> Offsets:
    """Which compound surname each name begins with; -1 for none."""
    found = np.full(len(han), -1, np.int64)
    rows = np.flatnonzero(han & (read.lengths > 2))
    begins = read.offsets[rows]
    found[rows] = _places(read.codes[begins], read.codes[begins + 1])
    return found


def _places(first: Codes, second: Codes) -> Offsets:
    """Place of two characters among the compound surnames; -1 for none."""
    known = tables().compounds
    keys = (first.astype(np.int64) << 21) | second
    places = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where(known[places] == keys, places, -1)


def _pet(read: _Names, kind: npt.NDArray[np.str_], plain: pa.StringArray, compound: Flags) -> Flags:
    """Han names that are a pet name, or a surname with one."""
    han, ends = kind == "han", read.offsets[1:]
    given = read.lengths - 1 - compound
    short = han & ((given == PET_LENGTH) | (read.lengths == PET_LENGTH))
    last, before = (
        np.append(read.codes, np.uint32(0))[np.where(short, ends - back, len(read.codes))] for back in (1, 2)
    )
    listed = pc.is_in(pc.utf8_slice_codeunits(plain, -PET_LENGTH), value_set=pa.array(rules()["pet_names"].split()))
    found: Flags = short & (((last == before) & (last != LOST_SIGN)) | listed.to_numpy(zero_copy_only=False))
    return found


def _split(read: _Names, han: Flags, compound: Flags, given: Flags) -> tuple[pa.StringArray, pa.StringArray]:
    """Surname and given name; `given` are Han names without a surname."""
    begins = read.offsets[:-1]
    lengths = (han & ~given).astype(np.int64) + compound
    surname = texts_of(*read.part(begins, lengths), known=han & ~given & (_first(read) != LOST_SIGN))
    return surname, texts_of(*read.part(begins + lengths, read.lengths - lengths))


def _first(read: _Names) -> Codes:
    """First code of each name; 0 for an empty one."""
    return np.append(read.codes, np.uint32(0))[np.where(read.lengths > 0, read.offsets[:-1], len(read.codes))]


def _spoken(
    read: _Names, kind: npt.NDArray[np.str_], compound: Offsets
) -> tuple[pa.StringArray, pa.StringArray, pa.StringArray]:
    """Pinyin, what it is among near-homophones, and that of Latin letters turned."""
    numbers = tables().readings[read.codes].astype(np.int32)
    _read_surnames(numbers, read, kind, compound)
    syllables, sounds = tables().syllables, _sounds()
    unread = np.flatnonzero(numbers == 0)
    signs, numbers[unread] = np.unique(read.codes[unread], return_inverse=True)
    numbers[unread] += len(syllables)
    signs = pa.array([chr(sign).lower() for sign in signs.tolist()], pa.string())
    pinyin, sound = (
        _joined(pa.concat_arrays([said, signs]), numbers, read.offsets, gap)
        for said, gap in ((syllables, ""), (sounds, " "))
    )
    latin = pa.array(kind == "latin")
    spelled = romanised.spell(*_only(read, kind == "latin"))
    letters = pc.replace_substring(spelled, " ", "")
    heard = pc.binary_join(_heard(pc.split_pattern(spelled, " ")), " ")
    turned = pc.replace_with_mask(pa.nulls(len(latin), pa.string()), latin, romanised.turn(letters))
    return pc.replace_with_mask(pinyin, latin, letters), pc.replace_with_mask(sound, latin, heard), turned


def _read_surnames(numbers: npt.NDArray[np.int32], read: _Names, kind: npt.NDArray[np.str_], compound: Offsets) -> None:
    """Put in the readings only surnames have."""
    begins = read.offsets[:-1][(kind == "han") & (compound < 0)]
    own = tables().surname_readings[read.codes[begins]]
    numbers[begins[own > 0]] = own[own > 0]
    begins = read.offsets[:-1][compound >= 0]
    numbers[begins], numbers[begins + 1] = tables().compound_readings[compound[compound >= 0]].T


def _joined(syllables: pa.StringArray, numbers: npt.NDArray[np.int32], offsets: Offsets, gap: str) -> pa.StringArray:
    """Syllables of each name with a gap between."""
    spoken = pa.LargeListArray.from_arrays(pa.array(offsets), syllables.take(pa.array(numbers)))
    return pc.binary_join(spoken, gap)


def _only(read: _Names, wanted: Flags) -> tuple[Codes, Offsets, Flags]:
    """Codes, offsets and breaks of some names."""
    inside = np.repeat(wanted, read.lengths)
    return read.codes[inside], offsets_of(read.lengths[wanted]), read.breaks[inside]


def _heard(words: pa.ListArray) -> pa.ListArray:
    places = pc.index_in(words.flatten(), value_set=tables().syllables)
    return pa.ListArray.from_arrays(words.offsets, pc.coalesce(_sounds().take(places), words.flatten()))


@functools.cache
def _sounds() -> pa.StringArray:
    """What each syllable is among near-homophones."""
    sounds = tables().syllables.to_pylist()
    for written, heard in _SOUNDS:
        sounds = [re.sub(written, heard, syllable) for syllable in sounds]
    return pa.array(sounds)


def _pattern(plain: pa.StringArray, read: _Names) -> pa.StringArray:
    lost = pa.array(read.counted(LOST) > 0)
    patterns = pc.replace_substring(plain.filter(lost), "?", "_")
    return pc.replace_with_mask(pa.nulls(len(plain), pa.string()), lost, patterns)
