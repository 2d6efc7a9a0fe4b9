"""Forecast school seats year after year on a province that does not exist, and judge them by the roll that came.

`python -m bench.seats [--children 30000] [--counties 8] [--years 8] [--seed 7]`; exit 1 when the forecast is no better
than last year's roll. Who is who across lists is taken as known: linkage is judged elsewhere.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from childledger.entitlement import seats
from synthprovince import departments, land
from synthprovince.census import take_census
from synthprovince.people import Province, found, step

LISTS = ("enrolment", "residence", "insurance", "vaccination", "child_health")
FIRST = 2019


def observed(province: Province) -> pd.DataFrame:
    """What the lists of one autumn say: area, year, step, count. A child lives where most lists have it."""
    people, year = take_census(province), province.as_of.year
    told = {name: getattr(departments, name)(province, people) for name in LISTS}
    where = pd.concat([pd.DataFrame({"uid": rows["uid"], "area": rows["county"]}) for rows in told.values()])
    home = where.value_counts().reset_index().drop_duplicates("uid").set_index("uid")["area"]
    birth = pd.Series(people["birth"].astype("datetime64[s]"), index=people["uid"])
    days = pd.Timestamp(year, 9, 1) - birth.reindex(home.index)
    known = pd.DataFrame({"area": home, "step": np.floor(days.dt.days / 365.2425)})
    roll = told["enrolment"]
    pupils = pd.DataFrame({name: roll[name] for name in ("uid", "county", "grade", "enrolment_status")})
    pupils = pupils[(pupils["enrolment_status"] == "在读") & pupils["grade"].isin(list(seats.NAMES))]
    pupils = pupils[pupils["county"] == pupils["uid"].map(home)].drop_duplicates("uid")
    known = known[known["step"].between(0, seats.AGES - 1) & ~known.index.isin(pupils["uid"])]
    at_school = pd.DataFrame({"area": pupils["county"], "step": pupils["grade"].map(seats.NAMES) + seats.AGES - 1})
    cells = pd.concat([known, at_school]).value_counts().reset_index(name="count")
    return cells.assign(year=year, step=cells["step"].astype(int))


def history(seed: int, children: int, counties: int, years: int) -> pd.DataFrame:
    """Autumn after autumn of one province; people move and are born in between, each half-year."""
    province = found(seed, date(FIRST, 9, 30), children, land.choose_counties(counties))
    seen = [observed(province)]
    for year in range(FIRST + 1, FIRST + years):
        province = step(step(province, date(year, 3, 31)), date(year, 9, 30))
        seen.append(observed(province))
    return pd.concat(seen, ignore_index=True)


def judge(seen: pd.DataFrame) -> pd.DataFrame:
    """One row for each forecast cell with its truth: horizon, expected, low, high, naive, actual."""
    rolls = seen[seen["step"] >= seats.AGES].assign(grade=lambda f: f["step"] - seats.AGES + 1)
    actual = rolls.set_index(["area", "grade", "year"])["count"]
    judged = []
    for last in range(FIRST + seats.YEARS_NEEDED - 1, int(seen["year"].max())):
        told = seats.forecast(seen[seen["year"] <= last]).assign(horizon=lambda f, last=last: f["year"] - last)
        before = told.assign(year=last)[["area", "grade", "year"]]
        told["naive"] = actual.reindex(pd.MultiIndex.from_frame(before), fill_value=0).to_numpy()
        told["actual"] = actual.reindex(pd.MultiIndex.from_frame(told[["area", "grade", "year"]])).to_numpy()
        judged.append(told)
    return pd.concat(judged).dropna(subset=["actual"])


def report(judged: pd.DataFrame) -> pd.DataFrame:
    """By horizon: cells, mean absolute percentage error of forecast and of last year's roll, share inside 80 %."""
    errors = pd.DataFrame({
        "horizon": judged["horizon"],
        "cells": 1,
        "forecast": (judged["expected"] - judged["actual"]).abs() / judged["actual"],
        "naive": (judged["naive"] - judged["actual"]).abs() / judged["actual"],
        "inside": judged["actual"].between(judged["low"], judged["high"]),
    })  # fmt: skip
    return errors.groupby("horizon").agg({"cells": "sum", "forecast": "mean", "naive": "mean", "inside": "mean"})


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.seats", description=__doc__)
    for name, default in (("children", 30_000), ("counties", 8), ("years", 8), ("seed", 7)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args(arguments)
    table = report(judge(history(options.seed, options.children, options.counties, options.years)))
    print(f"{options.children} children, {options.counties} counties, {options.years} autumns, seed {options.seed}")
    for horizon, row in table.iterrows():
        print(
            f"September +{horizon}: {row['cells']:.0f} cells  MAPE forecast {row['forecast']:.1%}  last year's roll "
            f"{row['naive']:.1%}  inside the 80 % interval {row['inside']:.0%}"
        )
    return int(bool((table["forecast"] >= table["naive"]).any()))


if __name__ == "__main__":
    sys.exit(main())
