"""Read birth dates as offices write them, and tell the lunar day of a birth: some families register that one."""

from __future__ import annotations

import csv
import functools

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from childledger.linkage.characters import Flags, codes_of, texts_of
from childledger.settings import INCLUDE

YEARS = (1900, 2100)
"""First and last year a date is read of."""
SERIALS = (20_000, 60_000)
"""Day numbers of spreadsheets that are read as dates: 1954 to 2064; five digits are nothing else."""

Days = npt.NDArray[np.int64]
Texts = npt.NDArray[np.str_]

_CLOCK = r"(?:[ T]*\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d+)?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?"
_WRITTEN = (
    rf"^(?P<y>\d{{4}}) ?[-/.年、—–] ?(?P<m>\d{{1,2}}) ?[-/.月、—–] ?(?P<d>\d{{1,2}}) ?[日号]?{_CLOCK}$",
    r"^(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:\d{6}|\.0+)?$",
    rf"^(?P<d>1[3-9]|2\d|3[01])[-/.](?P<m>0?[1-9]|1[0-2])[-/.](?P<y>\d{{4}}){_CLOCK}$",
    rf"^(?P<m>0?[1-9]|1[0-2])[-/.](?P<d>0?[1-9]|[12]\d|3[01])[-/.](?P<y>\d{{4}}){_CLOCK}$",
    r"^(?P<y>\d{2}(?:\d{2})?)[.年](?P<m>\d{1,2})[.月](?P<d>\d{1,2})日?$",
)
"""Year first; as one number; day first, where it can't be a month; else month first, as spreadsheets write it: where
that was wrong, the comparisons know a day and a month that changed places."""
_NAMED = r"^(?P<d>\d{1,2})-(?P<m>[A-Z][a-z]{2})-(?P<y>\d{4}|\d{2})$"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""As an English spreadsheet shows a day: 2-Mar-15."""
_MONTHLY = r"^(?P<y>\d{4}) ?[-/.年] ?(?P<m>\d{1,2})(?: ?月| ?[-/.月] ?0{1,2}日?)?$"
_RUN_ON = r"^(20(?:1[3-9]|[2-9]\d))(\d{2})$"
"""201503 is no day of any year, as 201203 may be: of 2020."""
_SERIAL = r"^(?P<days>\d{5})(?:\.0+)?$"
_EPOCH = np.datetime64("1899-12-30", "D").astype(np.int64)
_MONTH = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)


def is_day(years: Days, months: Days, days: Days) -> Flags:
    """Tell real dates of the years read here."""
    first, last = YEARS
    leap = (years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0))
    real = (years >= first) & (years <= last) & (months >= 1) & (months <= 12) & (days >= 1)
    longest = _MONTH[np.where(real, months, 0)] + (leap & (months == 2))
    found: Flags = real & (days <= longest)
    return found


def read(dates: pa.StringArray) -> pa.StringArray:
    """Dates as YYYYMMDD, aligned with the input, a month without a day as YYYYMM00; null for what is no date."""
    codes, offsets = codes_of(dates)
    wide = (codes >= 0xFF01) & (codes <= 0xFF5E)
    plain = np.where(wide, codes - 0xFEE0, np.where(codes == 0x3000, 0x20, codes)).astype(np.uint32)
    text = pc.replace_substring_regex(texts_of(plain, offsets), r"[\x{200B}-\x{200F}\x{FEFF}\x{2060}'‘’′`]+", "")
    text = pc.utf8_trim_whitespace(text)
    found = _of_serials(text)
    for pattern in _WRITTEN:
        left = pc.is_null(found)
        if pc.any(left).as_py():
            found = pc.replace_with_mask(found, left, _of_parts(text.filter(left), pattern))
    for reading in (_of_named, _of_months):
        left = pc.is_null(found)
        if pc.any(left).as_py():
            found = pc.replace_with_mask(found, left, reading(text.filter(left)))
    return found


def _of_parts(text: pa.StringArray, pattern: str) -> pa.StringArray:
    """Dates a pattern finds, as YYYYMMDD, where they are real; a year of two digits is of this century."""
    found = pc.extract_regex(text, pattern=pattern)
    year, month, day = (
        pc.fill_null(pc.struct_field(found, part), "0").cast(pa.int64()).to_numpy() for part in ("y", "m", "d")
    )
    year = year + 2000 * (year < 100)
    return _written(year, month, day, is_day(year, month, day))


def _of_named(text: pa.StringArray) -> pa.StringArray:
    """Dates whose month is an English word, where they are real."""
    found = pc.extract_regex(text, pattern=_NAMED)
    month = pc.cast(pc.add(pc.index_in(pc.struct_field(found, "m"), value_set=pa.array(_MONTHS)), 1), pa.string())
    parts = (pc.struct_field(found, "y"), month, pc.struct_field(found, "d"))
    return _of_parts(pc.binary_join_element_wise(*parts, "."), _WRITTEN[-1])


def _of_months(text: pa.StringArray) -> pa.StringArray:
    """Months as YYYYMM00, where they are real."""
    text = pc.replace_substring_regex(text, _RUN_ON, r"\1-\2")
    days = _of_parts(pc.replace_substring_regex(text, _MONTHLY, r"\1-\2-1"), _WRITTEN[0])
    months = pc.binary_join_element_wise(pc.utf8_slice_codeunits(days, 0, 6), "00", "")
    return pc.if_else(pc.match_substring_regex(text, _MONTHLY), months, pa.scalar(None, pa.string()))


def _of_serials(text: pa.StringArray) -> pa.StringArray:
    found = pc.struct_field(pc.extract_regex(text, pattern=_SERIAL), "days")
    days = pc.fill_null(found, "0").cast(pa.int64()).to_numpy()
    dates = pc.strftime(pa.array((days + _EPOCH).astype("datetime64[D]")), format="%Y%m%d")
    return pc.if_else(pa.array((days >= SERIALS[0]) & (days <= SERIALS[1])), dates, pa.scalar(None, pa.string()))


def _written(years: Days, months: Days, days: Days, real: Flags) -> pa.StringArray:
    """Parts of a date as YYYYMMDD; null where they are none."""
    numbers = pa.array(np.where(real, years * 10_000 + months * 100 + days, 0)).cast(pa.string())
    return pc.if_else(pa.array(real), numbers, pa.scalar(None, pa.string()))


def lunar(births: pa.StringArray) -> pa.StringArray:
    """Lunar day of each birth (YYYYMMDD), written like a date: 20150302 is 20150112; a leap month like the plain one.

    Null for a null, and outside 1990 to 2035, the years of rules/linkage/lunar.csv.
    """
    numbers = pc.fill_null(births, "19000101").cast(pa.int64()).to_numpy()
    year, month, day = numbers // 10_000, numbers // 100 % 100, numbers % 100
    months = (year - 1970) * 12 + month - 1
    serial = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + day - 1
    firsts, names = _lunar_months()
    place = np.maximum(np.searchsorted(firsts, serial, "right") - 1, 0)
    covered = is_day(year, month, day) & (year >= 1990) & (year <= 2035)
    numbers = pa.array(np.where(covered, names[place] * 100 + serial - firsts[place] + 1, 0)).cast(pa.string())
    return pc.if_else(pa.array(covered), numbers, pa.scalar(None, pa.string()))


@functools.cache
def _lunar_months() -> tuple[Days, Days]:
    """First day of each lunar month since 1970, and its year and month as one number, 201501."""
    firsts: list[int] = []
    names: list[int] = []
    with (INCLUDE / "rules" / "linkage" / "lunar.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            leap = int(row["leap_month"] or 13)
            day = int(np.datetime64(row["new_year"], "D").astype(np.int64))
            for place, length in enumerate(map(int, row["month_lengths"].split()), 1):
                firsts.append(day)
                names.append(int(row["year"]) * 100 + place - (place > leap))
                day += length
    return np.array(firsts, np.int64), np.array(names, np.int64)
