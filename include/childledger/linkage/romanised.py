"""Names in Latin letters: read as pinyin where every letter fits, so that Zhang Wei meets 张伟."""

from __future__ import annotations

import functools

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from childledger.linkage.characters import Codes, Flags, Offsets, count, offsets_of, tables, texts_of

_SPACE = ord(" ")
_VOWELS = np.frombuffer("AEIOUV".encode("utf-32-le"), np.uint32)
_HUSHING = np.frombuffer("CSZ".encode("utf-32-le"), np.uint32)


def spell(codes: Codes, offsets: Offsets, breaks: Flags) -> pa.StringArray:
    """Syllables of names in capital letters, one space between; a name that is no pinyin in small letters, unparted.

    `breaks` marks letters with a gap before them. Syllables are parted as the orthography (GB/T 16159) has it: a
    consonant before a vowel begins one, so ZHANGUO is zhan guo and XI'AN needs its mark; passports write YU for ü after
    L and N.
    """
    begins = _onsets(codes, offsets, breaks)
    begins[offsets[:-1][offsets[:-1] < offsets[1:]]] = False
    spaced = _with_spaces(codes, offsets, begins)
    spaced = pc.replace_substring_regex(pc.utf8_lower(spaced), r"\b([ln]) ?(yu|ue)\b", r"\1\2")
    spaced = pc.replace_substring_regex(spaced, r"\b([ln])(?:y?u(e)|yu)\b", r"\1v\2")
    words = pc.split_pattern(spaced, " ")
    known = pc.is_in(words.flatten(), value_set=tables().syllables.slice(1)).to_numpy(zero_copy_only=False)
    misfits = count(~known, words.offsets.to_numpy())
    return pc.if_else(pa.array(misfits == 0), spaced, pc.utf8_lower(texts_of(codes, offsets)))


def turn(letters: pa.StringArray) -> pa.StringArray:
    """Put the last syllable first: where a form asks for the given name first, that is the surname; null where the
    letters are no pinyin of two syllables or more.

    >>> turn(pa.array(["ankangluo", "smith"])).to_pylist()
    ['luoankang', None]
    """
    turned = pc.replace_substring_regex(letters, _last_syllable(), r"\2\1")
    return pc.if_else(pc.match_substring_regex(letters, _last_syllable()), turned, pa.scalar(None, pa.string()))


@functools.cache
def _last_syllable() -> str:
    """As long as it can be: xiaoqian ends in qian."""
    one = "|".join(syllable for syllable in tables().syllables.to_pylist() if syllable.isascii() and syllable.isalpha())
    return f"^((?:{one})+?)({one})$"


def _onsets(codes: Codes, offsets: Offsets, breaks: Flags) -> Flags:
    """Letters that begin a syllable."""
    begins = breaks.copy()
    begins[offsets[:-1][offsets[:-1] < offsets[1:]]] = True
    vowel = np.isin(codes, _VOWELS)
    onset = np.zeros_like(begins)
    onset[:-1] = ~vowel[:-1] & vowel[1:] & ~begins[1:]  # a consonant right before a vowel of the same word
    split = np.zeros_like(begins)
    split[:-1] = np.isin(codes[:-1], _HUSHING) & (codes[1:] == ord("H")) & onset[1:] & ~begins[1:]  # zh, ch and sh
    onset[1:] &= ~split[:-1]
    return begins | onset | split


def _with_spaces(codes: Codes, offsets: Offsets, begins: Flags) -> pa.StringArray:
    """Texts with a space before every letter that begins a syllable."""
    places = np.arange(len(codes)) + np.cumsum(begins)
    spaced = np.full(len(codes) + int(begins.sum()), _SPACE, np.uint32)
    spaced[places] = codes
    return texts_of(spaced, offsets_of(np.diff(offsets) + count(begins, offsets)))
