"""Pupils of the next Septembers follow their cohort, forecasts are held against what came, seats stand beside them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from bench import seats as bench

from childledger.entitlement import seats
from childledger.errors import LedgerError


def steady(size: int = 100, years: int = 4, **of_cohort: int) -> pd.DataFrame:
    """An area nobody enters or leaves: cohorts of `size`, or as said by the year they enter grade 1."""
    cells = [
        {"area": "410105", "year": year, "step": step, "count": of_cohort.get(f"c{year - step + seats.AGES}", size)}
        for year in range(2020, 2020 + years)
        for step in range(seats.STEPS)
    ]
    return pd.DataFrame(cells, columns=["area", "year", "step", "count"])


def test_a_large_cohort_is_expected_where_it_will_be() -> None:
    told = seats.forecast(steady(c2025=160)).set_index(["year", "grade"])
    assert [round(told.loc[(year, year - 2024), "expected"]) for year in (2025, 2026)] == [160, 160]
    assert round(told.loc[(2024, 1), "expected"]) == 100
    assert (told["low"] <= told["expected"]).all() and (told["expected"] <= told["high"]).all()
    assert set(told.index.get_level_values("year")) == {2024, 2025, 2026}


def test_without_three_years_on_end_nothing_is_said() -> None:
    with pytest.raises(LedgerError, match="3 school years"):
        seats.forecast(steady(years=2))
    broken = steady()
    with pytest.raises(LedgerError, match="on end"):
        seats.forecast(broken[broken["year"] != 2021])
    with pytest.raises(LedgerError, match="there are \\[\\]"):
        seats.expect(steady(years=0), date(2026, 8, 31))


def test_it_beats_last_years_roll_on_a_province_and_its_intervals_hold() -> None:
    told = bench.report(bench.judge(bench.history(seed=5, children=4_000, counties=2, years=6)))
    assert list(told.index) == [1, 2, 3]
    assert (told["forecast"] < told["naive"]).all()
    assert told["inside"].between(0.6, 0.97).all()


def test_seats_stand_beside_what_is_expected(tmp_path: Path) -> None:
    file = tmp_path / "seats.csv"
    file.write_text("area,grade,seats\n410105,1,90\n410105,2,500\n", encoding="utf-8")
    told = seats.against(seats.forecast(steady()), seats.read_seats(file)).set_index(["year", "grade"])
    assert round(told.loc[(2024, 1), "short"]) == 10 and told.loc[(2024, 1), "at_worst"] >= 10
    assert told.loc[(2024, 2), "short"] == 0 and pd.isna(told.loc[(2024, 3), "seats"])
    for wrong in ("area,grade,seats\n410105,one,90\n", "area,grade,seats,备注\n410105,1,90,郑州\n"):
        file.write_bytes(wrong.encode("gb18030"))  # as Excel saves it
        with pytest.raises(LedgerError, match=r"seats.csv:[12]: needs area"):
            seats.read_seats(file)
    with pytest.raises(LedgerError, match=r"none\.csv: there is no such file"):
        seats.read_seats(tmp_path / "none.csv")


def test_an_area_whose_seats_are_not_all_known_is_not_said_to_be_short_of_none() -> None:
    every = {("410105", grade): 90 for grade in range(1, 10)}
    for known, told in ((every, [810, 90]), ({("410105", 1): 90}, [None, None]), ({}, [None, None])):
        row = seats.total(seats.against(seats.forecast(steady()), known)).loc[("410105", 2024)]
        assert [None if pd.isna(row[name]) else round(row[name]) for name in ("seats", "short")] == told
        assert round(row["expected"]) == 900


def test_septembers_that_have_passed_are_not_expected() -> None:
    for day, first in ((date(2026, 8, 31), 2026), (date(2026, 11, 27), 2027)):
        told = seats.expect(steady(years=6), day)
        assert sorted(set(told["year"])) == [first, first + 1, first + 2]
