"""Seats: pupils each area must expect in the next three Septembers, with intervals, from the children who live there.

Cohort survival: a cohort of one September is that of the year before times a progression ratio, so that movers count as
they did in past years. Steps 0 to 5 are children known to any department by age on 1 September, 6 to 14 are pupils of
grades 1 to 9 on the roll. An area's own ratio is drawn towards all areas' where few children stand behind it.
Intervals come from the delta method with a variance proportional to the mean (quasi-Poisson), measured on the past.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from sqlalchemy.engine import Connection

from childledger import db
from childledger.errors import LedgerError
from childledger.settings import today

AGES, GRADES = 6, 9
STEPS = AGES + GRADES
YEARS_NEEDED = 3
SEPTEMBERS = 3
PRIOR = 200
"""Children behind an area's own ratio that weigh as much as all areas together."""
Z80 = 1.2816
"""Half the width of an 80 % interval in standard deviations."""
NAMES = {
    name: number
    for number, names in enumerate(
        (
            "一年级 1年级 小一", "二年级 2年级 小二", "三年级 3年级 小三", "四年级 4年级 小四", "五年级 5年级 小五",
            "六年级 6年级 小六", "七年级 7年级 初一", "八年级 8年级 初二", "九年级 9年级 初三",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
"""Grade as schools write it → 1 to 9."""


def forecast(history: pd.DataFrame, ahead: int = SEPTEMBERS) -> pd.DataFrame:
    """Expect pupils by area, grade and each of the Septembers `ahead`.

    history: area, year, step (0 to 14), count; one row a cell, cells without children may be left out; at least
    YEARS_NEEDED consecutive years, else LedgerError. Returns area, grade, year, expected, low, high (80 %) in children.
    """
    years = _years(history)
    areas = sorted(history["area"].unique())
    wide = history.pivot_table("count", ["area", "step"], "year", aggfunc="sum", fill_value=0)
    cells = pd.MultiIndex.from_product([areas, range(STEPS)], names=["area", "step"])
    counts = wide.reindex(cells, fill_value=0).to_numpy(float).reshape(len(areas), STEPS, len(years))
    ratio, spread, noise = _rates(counts)
    mean, variance, told = counts[:, :, -1], np.zeros_like(counts[:, :, -1]), []
    for horizon in range(1, ahead + 1):
        before, unsure = mean[:, :-1], variance[:, :-1]
        variance = _aged(ratio**2 * unsure + before**2 * spread + noise * ratio * before)
        mean = _aged(ratio * before)
        told.append(_told(areas, years[-1] + horizon, mean[:, AGES:], variance[:, AGES:]))
    return pd.concat(told, ignore_index=True)


def _years(history: pd.DataFrame) -> list[int]:
    years = sorted(map(int, history["year"].unique()))
    if len(years) < YEARS_NEEDED or years[-1] - years[0] != len(years) - 1:
        raise LedgerError(f"{YEARS_NEEDED} school years on end are needed; there are {years}")
    return years


def expect(history: pd.DataFrame, day: date) -> pd.DataFrame:
    """What `forecast` says of the next Septembers that have not come by a day."""
    first = day.year + (day.month >= 9)
    told = forecast(history, max(SEPTEMBERS, first + SEPTEMBERS - 1 - _years(history)[-1]))
    return told[told["year"].between(first, first + SEPTEMBERS - 1)]


def _rates(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Progression ratio of each area and step, its variance, and the noise of each step (areas × steps − 1)."""
    before, after = counts[:, :-1, :-1], counts[:, 1:, 1:]
    stood = before.sum((0, 2))
    common = np.where(stood > 0, after.sum((0, 2)) / np.maximum(stood, 1), 1)  # a step nobody was seen to take: all do
    ratio = (after.sum(2) + PRIOR * common) / (before.sum(2) + PRIOR)
    expected = np.maximum(common[None, :, None] * before, 1)
    squares = (after - expected) ** 2 / expected
    noise = np.empty(STEPS - 1)
    for part in (slice(0, AGES - 1), slice(AGES - 1, AGES), slice(AGES, STEPS - 1)):  # known, entering, at school
        noise[part] = squares[:, part].mean()
    return ratio, noise * ratio / (before.sum(2) + PRIOR), noise


def _aged(moved: np.ndarray) -> np.ndarray:
    """A year later the youngest are not born yet: nothing is said of them, and no grade needs them in three years."""
    return np.concatenate([np.zeros((len(moved), 1)), moved], axis=1)


def _told(areas: list[str], year: int, mean: np.ndarray, variance: np.ndarray) -> pd.DataFrame:
    half = Z80 * np.sqrt(variance)
    columns = {"expected": mean, "low": np.maximum(mean - half, 0), "high": mean + half}
    cells = pd.MultiIndex.from_product([areas, range(1, GRADES + 1)], names=["area", "grade"])
    frame = pd.DataFrame({name: values.reshape(-1) for name, values in columns.items()}, index=cells)
    return frame.reset_index().assign(year=year)


def read_history(conn: Connection, *, by_township: bool, as_of: date | None = None) -> pd.DataFrame:
    """The past school years as `forecast` wants them: what the ledger holds for each 31 December, when rolls are in.

    Areas are county codes, or county code and township; pupils whose grade is written in no known way are left out.
    """
    day = as_of or today()
    last = day.year if (day.month, day.day) == (12, 31) else day.year - 1
    values = {"first_year": last - 9, "last_year": last, "by_township": by_township}
    found = db.run(conn, "entitlement/count_cohorts", grades=db.json(NAMES), ages=AGES, **values).all()
    history = pd.DataFrame([tuple(row) for row in found], columns=["area", "year", "step", "count"])
    rolls = set(history.loc[history["step"] >= AGES, "year"])
    gap = next((year for year in range(last, last - 11, -1) if year not in rolls), last)
    return history[history["year"] > gap]  # the newest years on end in which there was a roll


def read_seats(path: Path) -> dict[tuple[str, int], int]:
    """Seats from a CSV with the columns area, grade (1 to 9) and seats; LedgerError names the line that is none."""
    if not path.is_file():
        raise LedgerError(f"{path.name}: there is no such file")
    seats = {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.DictReader(stream)
        try:
            for row in rows:
                seats[row["area"], int(row["grade"])] = int(row["seats"])
        except (KeyError, TypeError, ValueError):
            where = f"{path.name}:{max(rows.line_num, 1)}"
            raise LedgerError(f"{where}: needs area, grade and seats in UTF-8, the last two whole") from None
    return seats


def against(expected: pd.DataFrame, seats: dict[tuple[str, int], int]) -> pd.DataFrame:
    """Put seats beside what is expected; short: pupils without one as expected, at_worst: at the upper end."""
    keys: Iterable[tuple[str, int]] = zip(expected["area"], expected["grade"], strict=True)
    found = pd.Series([seats.get(key) for key in keys], index=expected.index, dtype="Float64")
    short = {"short": expected["expected"] - found, "at_worst": expected["high"] - found}
    return expected.assign(seats=found, **{name: value.clip(lower=0) for name, value in short.items()})


def total(told: pd.DataFrame) -> pd.DataFrame:
    """All grades of an area and a September together; seats, short and at_worst only where every grade's are known."""
    return told.groupby(["area", "year"]).sum(numeric_only=True, min_count=GRADES).drop(columns="grade")
