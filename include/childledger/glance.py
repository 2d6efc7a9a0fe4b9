"""Whole columns of text cleared by one look at their memory; only what may be damaged is looked at value by value.

Every function gives a mask, true where something was found, or None where nothing was: the way of nearly every column.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from childledger import damage, records

PLAIN = {
    "code": r"^[!-,.0-Z_^\[\]]*$",
    "word": r"^[^\x00-\x20\x7f\x{80}-\x{bf}\x{180e}\x{2000}-\x{206f}\x{2800}\x{3000}\x{3164}"
    r"\x{fe00}-\x{fe0f}\x{feff}\x{ff00}-\x{ffef}\x{fff9}-\x{fffd}]*$",
    "text": r"^[^\x00-\x1f\x7f\x{80}-\x{a0}\x{ad}\x{180e}\x{2000}-\x{200f}\x{2028}-\x{202f}\x{205f}-\x{2069}"
    r"\x{2800}\x{3000}\x{3164}\x{fe00}-\x{fe0f}\x{feff}\x{fff9}-\x{fffb}\x{fffd}]*$",
}
"""Values, by kind of column, that are read as they stand."""
_FOREIGN = (0xC2, 0xE1, 0xE2, 0xE3, 0xEF)  # the first bytes, in UTF-8, of what is not plain
CLEARED = {
    "code": bytes([*range(0x30, 0x3A), *range(0x41, 0x5B)]),
    "word": bytes(octet for octet in range(0x21, 0x100) if octet not in (0x7F, *_FOREIGN)),
    "text": bytes(octet for octet in range(0x20, 0x100) if octet not in (0x7F, *_FOREIGN)),
}
"""Bytes of which a column of a kind may be made without a second look."""
_NULLS = pa.array(sorted(records.NULLS - {""}))
_LONGEST_NULL = max(len(word.encode()) for word in records.NULLS)


def memory(text: pa.Array) -> tuple[Any, Any]:
    """Bytes of a text array and where each value begins in them (one more than values)."""
    bounds = np.frombuffer(text.buffers()[1], np.int32)[text.offset : text.offset + len(text) + 1]
    octets = np.frombuffer(text.buffers()[2] or b"", np.uint8)[bounds[0] : bounds[-1]]
    return octets, bounds - bounds[0]


def empty(text: pa.Array) -> pa.Array | None:
    """Values without a character."""
    _, bounds = memory(text)
    return _mask(bounds[1:] == bounds[:-1])


def suspects(text: pa.Array, kind: str) -> pa.Array | None:
    """Values that may not be plain: words for nothing, a mark before, spaces around, characters that are folded."""
    octets, bounds = memory(text)
    lengths = np.diff(bounds)
    found = np.zeros(len(text), bool)
    if ((lengths > 0) & (lengths <= _LONGEST_NULL)).any():
        found |= _array(pc.is_in(text, _NULLS))
    if octets.tobytes().translate(None, CLEARED[kind]):
        found |= ~_array(pc.match_substring_regex(text, PLAIN[kind]))
    if len(octets):
        begins, ends = np.minimum(bounds[:-1], len(octets) - 1), np.maximum(bounds[1:] - 1, 0)
        found |= (octets[begins] == ord(records.TEXT_MARK)) & (lengths > 0)
        if kind == "text":
            found |= ((octets[begins] == 0x20) | (octets[ends] == 0x20)) & (lengths > 0)
    return _mask(found)


def matching(text: pa.Array, marks: str, pattern: str) -> pa.Array | None:
    """Values that match a pattern, each match of which begins a character with the first byte of one of the marks."""
    octets, _ = memory(text)
    if not any((octets == mark.encode()[0]).any() for mark in marks):
        return None
    return _mask(_array(pc.fill_null(pc.match_substring_regex(text, pattern), False)))


def foreign(text: pa.Array) -> pa.Array | None:
    """Values with letters of Greek, Cyrillic, Arabic and others: GB18030 that happens to be UTF-8, or a rare name."""
    octets, _ = memory(text)
    if not ((octets >= 0xC4) & (octets < 0xE0)).any():
        return None
    return _mask(_array(pc.match_substring_regex(text, r"[\x{100}-\x{7ff}]")))


def ending(text: pa.Array, end: str, pattern: str) -> pa.Array | None:
    """Values that match a pattern, which all end alike."""
    ends = pc.fill_null(pc.ends_with(text, end), False)
    if not pc.any(ends).as_py():
        return None
    hits = pc.match_substring_regex(text.filter(ends), pattern)
    return spread(ends, hits) if pc.any(hits).as_py() else None


def spread(where: pa.Array, hits: pa.Array) -> pa.Array:
    """Put what is true of some values in their places among all."""
    return pc.replace_with_mask(pa.array(np.zeros(len(where), bool)), where, hits)


def garbled(text: pa.Array, is_name: bool) -> pa.Array | None:
    """Garbled values; only those with a character that garbling leaves behind are looked at."""
    octets, bounds = memory(text)
    leads = np.flatnonzero(octets[:-2] >= 0xE0) if len(octets) > 2 else np.empty(0, np.int64)
    points = octets[leads].astype(np.uint16) << 12  # the upper half of a lead byte is no part of the character
    points |= (octets[leads + 1] & 0x3F).astype(np.uint16) << 6
    points |= octets[leads + 2] & 0x3F
    kinds = _residue()[points]
    gaps = np.diff(leads)  # 5 where a sign of two bytes, as ¤ or ·, stands between
    pairs = (kinds[:-1] & 1 > 0) & (((kinds[1:] & 2 > 0) & (gaps == 3)) | (gaps == 5))
    latin = np.flatnonzero((octets >= 0xC3) & (octets < 0xE0))
    found = [leads[:-1][pairs], leads[kinds & 4 > 0], latin]
    if is_name:
        found += [np.flatnonzero(octets == 0x3F), leads[points == ord("□")]]
    rows = np.unique(np.searchsorted(bounds, np.concatenate(found), side="right") - 1)
    wrong = [row for row in rows.tolist() if _is_lost(text[row].as_py(), is_name)]
    at = np.zeros(len(text), bool)
    at[wrong] = True
    return _mask(at)


def _is_lost(raw: str, is_name: bool) -> bool:
    return damage.is_garbled(raw) or (is_name and any(mark in raw for mark in "?□"))


@cache
def _residue() -> Any:
    """Characters UTF-8 becomes as GB18030: bytes E3-E9, F0 80-BF (1), then the reverse (2); marks of loss (4)."""
    table = np.zeros(1 << 16, np.uint8)
    for lead in (*range(0xE3, 0xEA), 0xF0):
        for trail in range(0x80, 0xC0):
            for flag, pair in ((1, (lead, trail)), (2, (trail, lead))):
                text = bytes(pair).decode("gb18030", errors="ignore")
                table[[ord(character) for character in text]] |= flag
    table[[0xFFFD, *map(ord, "锟烫屯")]] = 4
    return table


def _array(mask: pa.Array) -> Any:
    return mask.to_numpy(zero_copy_only=False)


def _mask(found: Any) -> pa.Array | None:
    return pa.array(found) if found.any() else None
