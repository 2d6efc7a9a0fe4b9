"""Working days as the State Council publishes them, and an honest answer where it has not published yet."""

from __future__ import annotations

from datetime import date, timedelta

OFFICIAL = "official_calendar"
WEEKDAYS = "weekdays_only"


def add_working_days(start: date, days: int) -> tuple[date, str]:
    """Return the date `days` working days after `start`, and whether official holidays covered the whole way."""
    basis, day, left = OFFICIAL, start, days
    while left > 0:
        day += timedelta(days=1)
        working, known = _is_working(day)
        left -= working
        basis = basis if known else WEEKDAYS
    return day, basis


def _is_working(day: date) -> tuple[bool, bool]:
    import chinese_calendar  # MIT; data end some days into the year after next at best

    try:
        return chinese_calendar.is_workday(day), True
    except NotImplementedError:
        return day.weekday() < 5, False


def half_year(day: date) -> str:
    """Name of the round a date falls in: 2026H1, 2026H2."""
    return f"{day.year}H{1 if day.month <= 6 else 2}"
