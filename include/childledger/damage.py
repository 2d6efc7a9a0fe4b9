"""What offices and Excel do to a value: each kind of damage by its own name, so that the advice fits.

Nothing is repaired here. Digits that are gone are asked for; only what is certain (full width, case, spaces) is folded.
"""

from __future__ import annotations

import codecs
import re

from childledger import records
from childledger.contracts import Column

LOST_DIGITS = r"^[0-9]{15}00+$"
"""Excel keeps fifteen digits of a number; two zeros and more behind them may be all that is left of the others."""
_CHINESE = r"[\x{2e80}-\x{9fff}\x{f900}-\x{faff}\x{20000}-\x{323af}]"
LOST_CHARACTERS = rf"□|\?\?|^\?$|\?.*{_CHINESE}|{_CHINESE}.*\?"
"""A question mark in Chinese text may stand for a character an older system has no code for."""
SCIENTIFIC = r"^[0-9](?:\.[0-9]+)?E\+[0-9]{2}$"
"""A long number as Excel shows it, in a column whose numbers have no form of their own."""
ERROR_VALUES = r"^\s*#(?:REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!|GETTING_DATA|#{2,})\s*$"
"""What Excel writes in the place of a value that is gone, or that its column is too narrow for."""
FOLDINGS = ("NULL_WORD", "TEXT_MARK", "SPACES", "INVISIBLE_CHARACTER", "FULL_WIDTH", "LOWER_CASE")
_WHOLE_DAY = re.compile(r"^\d{4}([-/.]\d{2}[-/.]\d{2}|\d{4}|年\d{1,2}月\d{1,2}日)$", re.ASCII)
_SERIAL = re.compile(r"^[1-6]\d{4}(\.\d+)?$", re.ASCII)
_WITH_TIME = re.compile(r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[T ]\d{1,2}:\d{2}", re.ASCII)
_YEAR_LAST = re.compile(r"^\d{1,2}[-/.]\d{1,2}[-/.](\d{2}|\d{4})$|^\d{2}[-/.]\d{1,2}[-/.]\d{1,2}$", re.ASCII)
_LOST_DIGITS = re.compile(LOST_DIGITS, re.ASCII)
_PAIRS = re.compile("(?:[\x00-\x7f]|[\xa1-\xf7][\xa1-\xfe])*+")
_GB2312_AS_LATIN = re.compile("(?:[\xb0-\xf7][\xa1-\xfe]){2}")
_MOJIBAKE = re.compile("\ufffd|锟.*拷|烫烫烫|屯屯屯")


def folding(raw: str, kind: str) -> tuple[str, ...]:
    """Codes for how a cell differs from what it is read as; none where it is read exactly as it stands.

    >>> folding("４１x ", "code"), folding("无", "text"), folding("王小明", "text"), folding("'0123", "code")
    (('SPACES', 'FULL_WIDTH', 'LOWER_CASE'), ('NULL_WORD',), (), ('TEXT_MARK',))
    """
    if not raw.strip():
        return ("SPACES",)
    tidy = records.tidy(raw)
    if tidy in records.NULLS:
        return ("NULL_WORD",) if tidy else ("INVISIBLE_CHARACTER",)
    visible = records.visible(raw)
    marked = visible.strip().startswith(records.TEXT_MARK)
    unmarked = visible.replace(records.TEXT_MARK, "", 1) if marked else visible
    inner = "".join(tidy.split()) if kind == "code" else tidy
    half = records.half_width(inner) if kind != "text" else inner
    tests = (marked, visible != raw, inner != unmarked, half != inner, kind == "code" and half != half.upper())
    codes = ("TEXT_MARK", "INVISIBLE_CHARACTER", "SPACES", "FULL_WIDTH", "LOWER_CASE")
    return tuple(sorted((c for c, hit in zip(codes, tests, strict=True) if hit), key=FOLDINGS.index))


def is_garbled(raw: str) -> bool:
    """Tell text that went through a wrong encoding before it reached us: its characters are gone for certain.

    >>> [is_garbled(text) for text in ("锟斤拷小明", "鐜嬪皬鏄", "çŽ‹å°\x8fæ˜Ž", "ÍõÐ¡Ã÷", "王小明")]
    [True, True, True, True, False]
    """
    is_utf8 = _characters(_in_gb18030(raw), "\u3400") >= 2 or _characters(_in_windows(raw), "\u0080") >= 1
    return is_utf8 or bool(_MOJIBAKE.search(raw) or (_GB2312_AS_LATIN.search(raw) and _PAIRS.fullmatch(raw)))


def _in_gb18030(raw: str) -> bytes:
    return b"\x80".join(part.encode("gb18030", errors="replace") for part in raw.rstrip("?").split("€"))


def _in_windows(raw: str) -> bytes:
    """Bytes of text as Western Windows reads them; what its code page leaves out stands for itself."""
    return b"".join(c.encode("latin-1" if c < "\u0100" else "cp1252", errors="replace") for c in raw)


def _characters(octets: bytes, least: str) -> int:
    """Letters and Chinese characters in bytes that are UTF-8, the last one perhaps cut; none in other bytes."""
    try:
        meant = codecs.getincrementaldecoder("utf-8")().decode(octets)
    except UnicodeDecodeError:
        return 0
    return sum(least <= character <= "\u9fff" or character >= "\U00020000" for character in meant)


def has_lost_digits(value: str) -> bool:
    """Tell a long number whose last digits may be Excel's zeros: it keeps fifteen digits and no more.

    >>> has_lost_digits("410105201503140000"), has_lost_digits("41010520150314771X")
    (True, False)
    """
    return bool(_LOST_DIGITS.match(value))


def diagnose(raw: str, column: Column, code: str) -> str | None:
    """A code that says better than the broken rule what happened to a value; None where none does."""
    value = column.read(raw) or ""
    match code:
        case "ID_INVALID":
            return _of_number(value, "ID") or ("ID_15_DIGITS" if re.fullmatch(r"[0-9]{15}", value) else None)
        case "PATTERN_MISMATCH":
            return _of_number(value, "NUMBER") or ("LEADING_ZERO_LOST" if _lacks_zeros(value, column) else None)
        case "NOT_IN_LIST" | "DIVISION_UNKNOWN" if _lacks_zeros(value, column):
            return "LEADING_ZERO_LOST"
        case "DATE_UNREADABLE" if _SERIAL.match(value):
            return "DATE_AS_SERIAL"
        case "DATE_UNREADABLE" if _WITH_TIME.match(value):
            return "DATE_WITH_TIME"
        case "DATE_UNREADABLE" if column.date_format is None and _YEAR_LAST.match(value):
            return "DATE_AMBIGUOUS"
    return None


def _of_number(value: str, what: str) -> str | None:
    damaged = records.is_damaged_by_excel(value) or has_lost_digits(value)
    return f"{what}_DAMAGED_BY_EXCEL" if damaged else None


def _lacks_zeros(value: str, column: Column) -> bool:
    padded = ["0" * zeros + value for zeros in range(1, 5)] if value.isdigit() else []
    if column.lookup:
        return any(text in column.lookup for text in padded)
    try:
        return bool(column.pattern) and any(re.search(column.pattern or "", text) for text in padded)
    except re.error:  # a pattern only RE2 knows
        return False


def is_whole(raw: str, column: Column, *, at_end: bool = True) -> bool:
    """Tell whether the last (or first) cell of a line that may have been cut there is complete for certain.

    A day, a number with a check digit and a listed word no other begins (or ends) with are; a name or an empty cell may
    be cut short.
    """
    value = column.read(raw)
    if not value:
        return False
    if column.check == "resident_id":
        return records.is_resident_id(value)
    if column.is_date:
        return bool(_WHOLE_DAY.match(value)) and records.read_date(value) is not None
    longer = str.startswith if at_end else str.endswith
    return value in column.lookup and not any(word != value and longer(word, value) for word in column.lookup)
