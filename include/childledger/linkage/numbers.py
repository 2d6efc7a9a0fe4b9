"""Read identity numbers for matching: what a number says of the person, whether it can be right, and which right
numbers a wrong one may have been.

GB 11643 (MOD 11-2), residence permits of people from Hong Kong, Macao and Taiwan (81, 82, 83), and the permanent
residence card of foreigners of December 2023, a 9 before the province, with the same check character.
"""

from __future__ import annotations

import functools
import unicodedata

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from childledger import records
from childledger.linkage.births import is_day
from childledger.linkage.characters import Codes, Flags, codes_of, in_stretches, offsets_of, texts_of

PROVINCES = (
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 71,
)  # fmt: skip
"""GB/T 2260, first two digits: counties come and go, provinces have stayed."""
PERMITS = (81, 82, 83)
AT_ONCE = 65_536
"""Numbers a thread reads or repairs at once: 40 MB of candidates at most."""

Digits = npt.NDArray[np.uint8]
"""One number per row, X as 10, anything else as 255."""

_LENGTH = 18
_WRONG = 255
_WEIGHTS = np.array([*records.WEIGHTS, 1], np.int64)
_INVERSES = np.array([pow(weight, -1, 11) for weight in _WEIGHTS.tolist()], np.int64)
_KNOWN = np.isin(
    np.arange(1000),
    [
        *(code * 10 + next_ for code in (*PROVINCES, *PERMITS) for next_ in range(10)),
        *(900 + code for code in PROVINCES),
    ],
)
"""First three digits of valid numbers."""
_SIGNS = np.frombuffer(b"0123456789X", np.uint8)
_NOTHING = sorted({sign.upper() for sign in records.NULLS})
_BLANK = rf"^(?:|{'|'.join(f'{digit}+X?' for digit in range(10))}|123456.*|9876543.*|999.*|\d{{14}}000[0X]|X+|[?*]+)$"
"""What is typed where there is no number: one digit, a row of digits, 999 and more, a sequence of 000 (nobody's)."""
_LOOKS_LIKE = r"^[0-9][0-9A-Z?*.]{12,20}$|^\d(?:\.\d+)?E\+?\d+$"
_OLD = r"^(\d{6})(\d{9})$"
_HOLDERS = (r"^G?(?P<number>\d{17}[\dX])$", r"^(?P<number>\d{17}[\dX])[1-7][1-4](?:B\d)?$")
"""School-roll numbers of the kind that is made of the pupil's number, G; disability certificates: number, kind, grade,
times issued anew; and the number of social insurance, which is the citizen's number (Social Insurance Law of 2010,
Article 58). What stands behind J and L is given by the school office and only looks like one."""


def identity(numbers: pa.StringArray) -> pa.Table:
    """Read distinct spellings of identity numbers; one row for each, in their order.

    number: folded, 15 digits made 18; null for kind none. kind: resident, permit, foreign, bad (looks like one
    and can't be), other (a passport or the like) or none (blank, or what is typed for blank). valid: kind is one of the
    first three. birth (YYYYMMDD) and sex (M, F): of valid ones.
    """
    return in_stretches(lambda first, length: _identity(numbers.slice(first, length)), len(numbers), AT_ONCE)


def _identity(numbers: pa.StringArray) -> pa.Table:
    folded = _fold(numbers)
    digits = _digits(folded)
    valid = _is_valid(digits)
    first = digits[:, 0] * 10 + digits[:, 1]
    bare, looks = np.zeros_like(valid), np.zeros_like(valid)
    others = folded.filter(pa.array(~valid))
    bare[~valid] = _matches(others, _BLANK)
    looks[~valid] = _matches(others, _LOOKS_LIKE)
    chosen = [bare, valid & (first >= 90), valid & (first >= 81), valid, looks]
    kind = np.select(chosen, ["none", "foreign", "permit", "resident", "bad"], "other")
    known, nothing = pa.array(valid), pa.scalar(None, pa.string())
    return pa.table(
        {
            "number": pc.if_else(pa.array(bare), nothing, folded),
            "kind": pa.array(kind).cast(pa.string()),
            "valid": known,
            "birth": pc.if_else(known, pc.utf8_slice_codeunits(folded, 6, 14), nothing),
            "sex": pc.if_else(known, pc.if_else(pa.array(digits[:, 16] % 2 == 1), "M", "F"), nothing),
        }
    )


def inside(numbers: pa.StringArray) -> pa.StringArray:
    """Identity numbers that are, or are inside, school-roll numbers (G and the number), disability certificates and
    insurance numbers; else null.

    The number is cut out, not checked: `identity` tells whether it can be right.
    """
    folded = _half(numbers)
    return pc.coalesce(*(pc.struct_field(pc.extract_regex(folded, pattern=pattern), "number") for pattern in _HOLDERS))


def repairs(numbers: pa.StringArray, births: pa.StringArray) -> pa.Table:
    """Valid numbers one slip away from invalid ones: a digit, two neighbours swapped, one left out or one too many.

    `births` (YYYYMMDD or null) holds the date each number must state where it is known. Columns: position (int64) in
    the input, candidate; each pair once, by position and candidate.
    """
    found = in_stretches(lambda first, length: _repairs(numbers, births, first, length), len(numbers), AT_ONCE)
    return found.sort_by([("position", "ascending"), ("candidate", "ascending")])


def _repairs(numbers: pa.StringArray, births: pa.StringArray, first: int, length: int) -> pa.Table:
    """Candidates of the stretch of numbers that begins at `first`."""
    folded, births = _fold(numbers.slice(first, length)), births.slice(first, length)
    written = pc.utf8_length(folded).to_numpy()
    wrong = np.flatnonzero(np.isin(written, list(_CANDIDATES)) & ~_is_valid(_digits(folded)))
    wrong = wrong[~_matches(folded.take(pa.array(wrong)), _BLANK)]
    found = [_repaired(folded, births, wrong[written[wrong] == size], size) for size in _CANDIDATES]
    pairs = pa.concat_tables(found).group_by(["position", "candidate"]).aggregate([])
    return pairs.set_column(0, "position", pc.add(pairs["position"], first))


def _repaired(numbers: pa.StringArray, births: pa.StringArray, rows: npt.NDArray[np.int64], size: int) -> pa.Table:
    """Candidates of numbers of one length that state the birth and are valid."""
    chosen = pa.array(rows)
    candidates = _CANDIDATES[size](_digits(numbers.take(chosen), size))
    stated = _digits(births.take(chosen), 8)[:, None, :]
    agrees = ((candidates[:, :, 6:14] == stated) | (stated == _WRONG)).all(axis=2)
    row, place = np.nonzero(agrees)
    likely = candidates[row, place]
    valid = _is_valid(likely)
    return pa.table({"position": pa.array(rows[row[valid]]), "candidate": _written(likely[valid])})


def _of_seventeen(digits: Digits) -> Digits:
    """One digit put in anywhere, as the check character has it."""
    found = np.zeros((len(digits), _LENGTH, _LENGTH), np.uint8)
    for place in range(_LENGTH):
        found[:, place, np.arange(_LENGTH) != place] = digits
        _force(found[:, place], place)
    return found


def _of_eighteen(digits: Digits) -> Digits:
    """One digit put right anywhere, or two neighbours swapped."""
    found = np.repeat(digits[:, None, :], 2 * _LENGTH - 1, axis=1)
    for place in range(_LENGTH):
        _force(found[:, place], place)
    for place in range(_LENGTH - 1):
        found[:, _LENGTH + place, [place, place + 1]] = digits[:, [place + 1, place]]
    return found


def _of_nineteen(digits: Digits) -> Digits:
    """One character left out."""
    return np.stack([np.delete(digits, place, axis=1) for place in range(_LENGTH + 1)], axis=1)


_CANDIDATES = {17: _of_seventeen, 18: _of_eighteen, 19: _of_nineteen}


def _force(digits: Digits, place: int) -> None:
    """Put in the one digit that makes each number agree with its check character."""
    digits[:, place] = 0
    digits[:, place] = (1 - digits.astype(np.int64) @ _WEIGHTS) * _INVERSES[place] % 11


def _is_valid(digits: Digits) -> Flags:
    """Numbers that can be a person's: check character, birth date, province and a sequence that is given."""
    body, last = digits[:, :17], digits[:, 17]
    found: Flags = (body <= 9).all(axis=1) & (last <= 10)
    rows = np.flatnonzero(found)
    some = digits[rows].astype(np.int64)
    year, month, day = (some[:, first:end] @ (10 ** np.arange(end - first)[::-1]) for first, end in _DATE)
    sequence = some[:, 14:17].any(axis=1)
    typed = (some[:, :6] == np.arange(1, 7)).all(axis=1)
    right = (some @ _WEIGHTS % 11 == 1) & _KNOWN[some[:, :3] @ (100, 10, 1)]
    found[rows] = right & is_day(year, month, day) & sequence & ~typed
    return found


_DATE = ((6, 10), (10, 12), (12, 14))


def _digits(numbers: pa.StringArray, size: int = _LENGTH) -> Digits:
    """Digits of the numbers of one length; a row of 255 for any other."""
    codes, offsets = codes_of(numbers)
    rows = np.flatnonzero(np.diff(offsets) == size)
    found = np.full((len(numbers), size), _WRONG, np.uint8)
    found[rows] = _values()[np.minimum(codes[offsets[rows][:, None] + np.arange(size)], 127)]
    return found


@functools.cache
def _values() -> Digits:
    values = np.full(128, _WRONG, np.uint8)
    values[_SIGNS] = np.arange(len(_SIGNS))
    return values


def _written(digits: Digits) -> pa.StringArray:
    """Numbers of eighteen digits as text."""
    return texts_of(_SIGNS[digits].ravel().astype(np.uint32), offsets_of(np.full(len(digits), _LENGTH)))


def _matches(texts: pa.StringArray, pattern: str) -> Flags:
    found: Flags = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
    return found


def _fold(numbers: pa.Array) -> pa.StringArray:
    """Numbers without what typing, forms and spreadsheets add (身份证410..., 410...(王明)), those of fifteen digits as
    they were rewritten in 1999.
    """
    text = _half(numbers)
    odd = pc.not_equal(pc.utf8_length(text), _LENGTH)
    plain = pc.replace_substring_regex(text.filter(odd), r"^(\d{15,19}|\d{17}X)\.0*$", r"\1")
    plain = pc.replace_substring_regex(plain, r"^[^0-9A-Z]*(\d{17}[\dX])(?:[^0-9A-Z][^0-9]*)?$", r"\1")
    plain = pc.if_else(pc.is_in(plain, value_set=pa.array(_NOTHING)), "", plain)
    return pc.replace_with_mask(text, odd, _lengthened(plain))


def _lengthened(numbers: pa.StringArray) -> pa.StringArray:
    """Numbers of fifteen digits with the century and the check character put in, where that gives a valid one."""
    old = _matches(numbers, _OLD) & ~_matches(numbers, _BLANK)
    digits = _digits(pc.replace_substring_regex(numbers.filter(pa.array(old)), _OLD, r"\119\20"))
    _force(digits, _LENGTH - 1)
    valid = _is_valid(digits)
    old[old] = valid
    return pc.replace_with_mask(numbers, pa.array(old), _written(digits[valid]))


def _half(numbers: pa.Array) -> pa.StringArray:
    """Half width, upper case, without spaces, hyphens, invisible characters and the apostrophe that keeps text text."""
    codes, offsets = codes_of(numbers)
    plain = _plain()[np.minimum(codes, len(_plain()) - 1)]
    keep = plain != 0
    return texts_of(plain[keep], offsets - np.searchsorted(np.flatnonzero(~keep), offsets))


@functools.cache
def _plain() -> Codes:
    """Folded form of every code point of the first plane; 0 for what is dropped."""
    plain = np.arange(0x10000, dtype=np.uint32)
    for code in (*range(0x3100), *range(0xFE00, 0x10000)):
        character = records.half_width(chr(code))
        gone = not records.tidy(character) or unicodedata.category(character) in ("Cc", "Cf", "Pd")
        dropped = gone or character in "'`‘’′−"
        upper = character.upper()
        plain[code] = 0 if dropped else ord(upper) if len(upper) == 1 else code
    plain[0xD800:0xE000] = 0xFFFD
    return plain
