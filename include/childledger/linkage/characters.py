"""What each character counts as when names are compared: its plain form, its kind, its reading and its look-alikes, as
lookup tables over code points, so that a column of names is folded by a handful of array look-ups.

Sources: OpenCC (Apache 2.0) for simplified forms, pypinyin (MIT) for readings, rules/linkage for what is reviewed by
hand.
"""

from __future__ import annotations

import functools
import os
import re
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import opencc
import pyarrow as pa
import pyarrow.compute as pc
import yaml

os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # names are no phrases, and their dictionary takes long to read
from pypinyin.pinyin_dict import pinyin_dict

from childledger import records
from childledger.linkage.sets import processors
from childledger.settings import INCLUDE

Codes = npt.NDArray[np.uint32]
"""Code points, one after the other."""
Offsets = npt.NDArray[np.int64]
"""Where each text begins among the codes, and where the last one ends: one longer than there are texts."""
Flags = npt.NDArray[np.bool_]

HAN, LATIN, LOST, DIGIT, GAP, DOT, OPEN, CLOSE, TELLING = (1 << bit for bit in range(9))
"""Kinds of characters: GAP parts words, DOT (also a gap) the parts of a minority or foreign name, LOST is unreadable,
TELLING stands in names that may name nobody."""
LOST_SIGN = ord("?")
LONGEST_HAN = 4
"""Characters of the longest name that has a surname; what is longer is written without one, or is none of the kind."""

_SIZE = 0x110000
_HAN_BLOCKS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0x20000, 0x323B0))
_COMPATIBILITY_HAN = ((0x2E80, 0x2FE0), (0xF900, 0xFB00), (0x2F800, 0x2FA20))
_MIXED = ((0x0, 0x2E80), (0x2FE0, 0x3400), (0xA4D0, 0xABC0), (0xFB00, 0x10000), (0x1D400, 0x1D800), (0x1F000, 0x1FB00))
"""Blocks looked at character by character; whatever lies outside all of these is a letter as it stands."""
_LOST = "?？□■▢○◯〇●◎◇◆*＊※×#＃_＿\ufffd☆★"
_LOST_BLOCKS = ((0xE000, 0xF900), (0xF0000, 0x110000), (0x25A0, 0x2600))
_DOTS = "·•・‧∙⋅᛫ㆍ･.．。｡"
_BRACKETS = "()（）[]［］【】〔〕{}｛｝<>＜＞〈〉《》「」『』﹙﹚〖〗"
_TONES = str.maketrans(
    "āáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňǹḿếềê", "aaaaeeeeiiiioooouuuuvvvvvnnnmeee", "\u0300\u0304\u030c\u0301"
)


@dataclass(frozen=True)
class Tables:
    """Everything by code point; `syllables` by the numbers in the reading tables, of which 0 says there is none."""

    folded: Codes
    """Simplified, half-width, upper-case form; 0 for what is dropped."""
    kinds: npt.NDArray[np.uint16]
    """Sum of the kinds above, of the character as written."""
    shapes: Codes
    """Representative of the look-alike class, of the folded character."""
    readings: npt.NDArray[np.uint16]
    surname_readings: npt.NDArray[np.uint16]
    """Where a surname is read differently; 0 elsewhere."""
    syllables: pa.StringArray
    compounds: Offsets
    """Compound surnames, sorted, each first << 21 | second."""
    compound_readings: npt.NDArray[np.uint16]
    """The two syllables of each compound surname, one row each."""


def in_stretches(read: Callable[[int, int], pa.Table], length: int, at_once: int) -> pa.Table:
    """What `read` says of each stretch of a column, given as its first row and its length; at least of one stretch.

    Stretches are read by several threads: Arrow and NumPy let others run while they work.
    """
    firsts = range(0, max(length, 1), at_once)
    with ThreadPoolExecutor(min(len(firsts), processors())) as pool:
        return pa.concat_tables(pool.map(lambda first: read(first, at_once), firsts))


def codes_of(texts: pa.Array) -> tuple[Codes, Offsets]:
    """Code points of all texts and where each begins; a null is empty."""
    column = pc.fill_null(texts, "").cast(pa.large_string())
    _, places, data = column.buffers()
    ends = np.frombuffer(places, np.int64)[column.offset : column.offset + len(column) + 1]
    text = bytes(memoryview(data)[ends[0] : ends[-1]]).decode("utf-8") if data else ""
    return np.frombuffer(text.encode("utf-32-le"), np.uint32), offsets_of(pc.utf8_length(column).to_numpy())


def offsets_of(lengths: npt.NDArray[np.integer]) -> Offsets:
    """Where texts of these lengths begin and end."""
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def texts_of(codes: Codes, offsets: Offsets, known: Flags | None = None) -> pa.StringArray:
    """Texts of code points; null where not `known`."""
    data = codes.astype(np.uint32, copy=False).tobytes().decode("utf-32-le").encode("utf-8")
    places = offsets
    if len(data) > len(codes):
        widths = np.ones(len(codes), np.int8) + (codes >= 0x80) + (codes >= 0x800) + (codes >= 0x10000)
        places = offsets_of(widths)[offsets]
    mask = None if known is None else pa.py_buffer(np.packbits(known, bitorder="little"))
    buffers = [mask, pa.py_buffer(places), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.large_string(), len(places) - 1, buffers).cast(pa.string())


def count(marked: Flags, offsets: Offsets) -> Offsets:
    """How many codes of each text are marked."""
    if not marked.any():
        return np.zeros(len(offsets) - 1, np.int64)
    return np.diff(offsets_of(marked.view(np.int8))[offsets])


@functools.cache
def rules() -> dict[str, Any]:
    """Read rules/linkage/names.yaml."""
    text = (INCLUDE / "rules" / "linkage" / "names.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return found


@functools.cache
def tables() -> Tables:
    """Build the tables, once in a process."""
    folded, kinds = _forms()
    syllables, readings = _readings()
    surnames, number = rules()["compound_surnames"], {syllable: place for place, syllable in enumerate(syllables)}
    compounds = np.array([ord(name[0]) << 21 | ord(name[1]) for name in surnames], np.int64)
    spoken = np.array([[number[part] for part in reading.split()] for reading in surnames.values()], np.uint16)
    order = np.argsort(compounds)
    own = np.zeros(_SIZE, np.uint16)
    _listed(own, rules()["surname_readings"], number)
    _listed(readings, rules()["given_readings"], number)
    return Tables(
        folded, kinds, _shapes(), readings, own, pa.array(syllables), compounds[order], spoken[order]
    )  # fmt: skip


def _listed(readings: npt.NDArray[np.uint16], listed: dict[str, str], number: dict[str, int]) -> None:
    for syllable, characters in listed.items():
        readings[_code_points(characters)] = number[syllable]


def _forms() -> tuple[Codes, npt.NDArray[np.uint16]]:
    """Folded form and kind of every code point."""
    folded, kinds = np.arange(_SIZE, dtype=np.uint32), np.zeros(_SIZE, np.uint16)
    for first, end in _MIXED:
        for code in range(first, end):
            folded[code], kinds[code] = _form(chr(code))
    for first, end in _COMPATIBILITY_HAN:
        plain = [unicodedata.normalize("NFKC", chr(code)) for code in range(first, end)]
        folded[first:end] = [ord(text) if len(text) == 1 else code for code, text in enumerate(plain, first)]
    for first, end in _LOST_BLOCKS:
        folded[first:end], kinds[first:end] = LOST_SIGN, LOST
    for characters, kind, form in ((_LOST, LOST, LOST_SIGN), (_DOTS, DOT | GAP, 0)):
        codes = _code_points(characters)
        folded[codes], kinds[codes] = form, kind
    codes = _code_points(_BRACKETS)
    folded[codes], kinds[codes] = 0, [GAP | (CLOSE if place % 2 else OPEN) for place in range(len(codes))]
    _simplify(folded)
    for first, end in (*_HAN_BLOCKS, *_COMPATIBILITY_HAN):
        kinds[first:end] |= HAN
    kinds[np.isin(folded, _code_points(rules()["placeholders"]["telling"]))] |= TELLING
    return folded, kinds


def _form(character: str) -> tuple[int, int]:
    """Folded form and kind of a character outside the Han blocks.

    >>> _form("ā") == (ord("A"), LATIN), _form("\\u3000") == (0, GAP), _form("２") == (ord("2"), DIGIT)
    (True, True, True)
    """
    bare = unicodedata.normalize("NFKD", character.replace("ü", "v").replace("Ü", "V"))
    plain = "".join(part for part in bare if not unicodedata.combining(part)).upper()
    if plain.isascii() and plain.isalpha() and len(plain) == 1:
        return ord("V" if character in "ǕǗǙǛǖǘǚǜ" else plain), LATIN
    plain = unicodedata.normalize("NFKC", character).upper()
    if not records.visible(character):
        return 0, 0
    if len(plain) != 1 or unicodedata.category(plain)[0] in "PSZCM":
        return 0, GAP if unicodedata.category(character)[0] in "PSZ" else 0
    if plain.isdecimal():
        return ord("0") + unicodedata.decimal(plain), DIGIT
    return ord(plain), LATIN if unicodedata.name(plain, "").startswith("LATIN") else 0


def _simplify(folded: Codes) -> None:
    """Put simplified forms and reviewed variants in place of what they are variants of."""
    codes = np.concatenate([np.arange(first, end) for first, end in _HAN_BLOCKS])
    plain = np.arange(_SIZE, dtype=np.uint32)
    plain[codes] = _code_points(opencc.OpenCC("t2s").convert("\n".join(map(chr, codes.tolist()))).replace("\n", ""))
    for form, others in rules()["variants"].items():
        plain[_code_points(others)] = ord(form)
    kept = _code_points(rules()["kept"])
    plain[kept] = kept
    for _ in range(2):  # ㊖ is 財 is 财
        folded[:] = plain[folded]


def _code_points(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


def _readings() -> tuple[list[str], npt.NDArray[np.uint16]]:
    """Syllables, and the number of the commonest one of every code point; syllable 0 is no reading, 1 a lost one."""
    spoken = "\n".join(pinyin_dict.values()).translate(_TONES)
    first = [re.split("[,\n]", line, maxsplit=1)[0] for line in spoken.split("\n")]
    syllables = ["", "?", *sorted(set(first))]
    number = {syllable: place for place, syllable in enumerate(syllables)}
    readings = np.zeros(_SIZE, np.uint16)
    readings[list(pinyin_dict)] = [number[syllable] for syllable in first]
    readings[LOST_SIGN] = 1
    return syllables, readings


def _shapes() -> Codes:
    """Representative of every code point: the first character of its class, else itself."""
    shapes = np.arange(_SIZE, dtype=np.uint32)
    for line in (INCLUDE / "rules" / "linkage" / "lookalikes.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            shapes[_code_points(line)] = ord(line[0])
    return shapes
