"""Working days as the State Council publishes them, the periods files are owed for, and an honest word where either is
not published yet: a holiday is looked up, never guessed.
"""

from __future__ import annotations

import calendar as months
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

OFFICIAL = "official_calendar"
WEEKDAYS = "weekdays_only"
"""Basis of a day where no official calendar is published yet: Monday to Friday, holidays unknown."""


@dataclass(frozen=True)
class Period:
    """What one file of a feed is to cover, and until when it may come."""

    name: str
    """2026-05, 2026Q2, 2026H1 or 2026; other lengths by their months, 2026-01_04."""
    title: str
    """The same in Chinese, for senders."""
    first: date
    last: date
    due: date
    """Last day in time, always a working day."""
    basis: str
    """OFFICIAL, or WEEKDAYS where the holidays around the due day are not published yet."""


def period_of(day: date, cadence_months: int, late_after_days: int) -> Period:
    """The period a data date falls in, counted from January, due so many days after its end or the next working day.

    >>> period_of(date(2026, 2, 3), 6, 10).name, period_of(date(2026, 1, 31), 1, 15).due.isoformat()
    ('2026H1', '2026-02-24')
    """
    first = date(day.year, (day.month - 1) // cadence_months * cadence_months + 1, 1)
    month = min(first.month + cadence_months - 1, 12)
    last = date(day.year, month, months.monthrange(day.year, month)[1])
    due, basis = next_working_day(last + timedelta(days=late_after_days))
    return Period(*named(first, last), first, last, due, basis)


def periods_begun(since: date, until: date, cadence_months: int, late_after_days: int) -> Iterator[Period]:
    """Every period that begins on `since` or later and not after `until`."""
    day = since
    while day <= until:
        period = period_of(day, cadence_months, late_after_days)
        if since <= period.first:
            yield period
        day = period.last + timedelta(days=1)


def named(first: date, last: date) -> tuple[str, str]:
    """Name and Chinese title of the months from one day to another of the same year."""
    year, low, high = first.year, first.month, last.month
    match high - low + 1:
        case 1:
            return f"{year}-{low:02d}", f"{year}年{low}月"
        case 3:
            return f"{year}Q{high // 3}", f"{year}年第{high // 3}季度"
        case 6:
            return half_year(last), f"{year}年{'上' if high == 6 else '下'}半年"
        case 12:
            return str(year), f"{year}年"
    return f"{year}-{low:02d}_{high:02d}", f"{year}年{low}至{high}月"


def next_working_day(day: date) -> tuple[date, str]:
    """The day itself or the first working day after it, and whether official holidays covered the whole way."""
    return add_working_days(day - timedelta(days=1), 1)


def add_working_days(start: date, days: int) -> tuple[date, str]:
    """Return the date `days` working days after `start`, and whether official holidays covered the whole way."""
    basis, day, left = OFFICIAL, start, days
    while left > 0:
        day += timedelta(days=1)
        working, known = _is_working(day)
        left -= working
        basis = basis if known else WEEKDAYS
    return day, basis


def days(first: date, last: date) -> Iterator[tuple[date, bool, str]]:
    """Every day from one to another: whether people work on it, and on what basis that is known."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        working, known = _is_working(day)
        yield day, working, OFFICIAL if known else WEEKDAYS


@functools.cache
def _is_working(day: date) -> tuple[bool, bool]:
    import chinese_calendar  # MIT; data end some days into the year after next at best

    try:
        return chinese_calendar.is_workday(day), True
    except NotImplementedError:
        return day.weekday() < 5, False


def half_year(day: date) -> str:
    """Name of the round a date falls in: 2026H1, 2026H2."""
    return f"{day.year}H{1 if day.month <= 6 else 2}"


def end_of_half_year(name: str) -> date:
    """The last day of a round.

    >>> end_of_half_year("2026H1").isoformat(), end_of_half_year("2026H2").isoformat()
    ('2026-06-30', '2026-12-31')
    """
    year, half = name.split("H")
    return date(int(year), 6, 30) if half == "1" else date(int(year), 12, 31)
