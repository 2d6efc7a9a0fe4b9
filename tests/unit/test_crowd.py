"""Labelled crowds: the same for the same seed, true to the feeds' columns, wrong as often as they claim to be."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest

from childledger import records
from childledger.settings import Settings
from synthprovince.crowd import __main__ as command
from synthprovince.crowd import cells, families, naming, rates, rolls, writing

CHILDREN = 3000


def read(folder: Path) -> pd.DataFrame:
    """Records beside their truth, all as text, blanks as NaN."""
    frames = [pd.read_csv(folder / f"{name}.csv", dtype="str", keep_default_na=False) for name in ("records", "truth")]
    return frames[0].merge(frames[1], on="record_id", validate="one_to_one").replace("", None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("crowd")
    writing.write(out, CHILDREN, 5)
    return out


@pytest.fixture(scope="module")
def crowd(folder: Path) -> pd.DataFrame:
    return read(folder)


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    out = tmp_path_factory.mktemp("hard")
    writing.write(out, CHILDREN, 5, hard=True)
    return read(out)


def is_valid(numbers: pd.Series) -> pd.Series:
    return numbers.map(lambda number: isinstance(number, str) and records.is_resident_id(number))


def test_the_same_seed_gives_the_same_files(folder: Path, tmp_path: Path) -> None:
    writing.write(tmp_path, CHILDREN, 5, processes=1)
    for name in ("records.csv", "truth.csv"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_parquet_holds_what_csv_holds(crowd: pd.DataFrame, tmp_path: Path) -> None:
    assert command.main([str(tmp_path), "--children", str(CHILDREN), "--seed", "5", "--format", "parquet"]) == 0
    table = pyarrow.parquet.read_table(tmp_path / "records.parquet").to_pandas()
    assert table["name"].tolist() == crowd["name"].tolist()
    assert len(pyarrow.parquet.read_table(tmp_path / "truth.parquet")) == len(crowd)


def test_columns_are_those_of_the_stand_alone_face(folder: Path) -> None:
    head = (folder / "records.csv").read_text(encoding="utf-8").splitlines()[0].replace('"', "")
    assert tuple(head.split(",")) == ("record_id", "feed", *writing.COLUMNS[2:])
    person = {name for name in records.PERSON_COLUMNS if name != "ethnicity_code"} | {"ethnicity"}
    assert set(writing.COLUMNS[2:]) == person


def test_a_feed_has_no_column_its_office_could_not_fill(crowd: pd.DataFrame) -> None:
    for feed, columns in zip(rolls.FEEDS, rolls.COLUMNS, strict=True):
        filled = crowd[crowd["feed"] == feed].dropna(axis=1, how="all").columns
        assert set(filled) - {"record_id", "feed", "child_id", "household_id"} <= set(columns)


def test_feeds_are_the_projects() -> None:
    known = {path.name.removesuffix(".odcs.yaml") for path in Settings.load({}).feeds.glob("*.odcs.yaml")}
    assert set(rolls.FEEDS) <= known


def test_everybody_is_listed_about_five_times(crowd: pd.DataFrame) -> None:
    assert crowd["child_id"].nunique() == CHILDREN
    assert 4.9 < len(crowd) / CHILDREN < 5.3


def test_a_number_the_state_gives_is_one_childs() -> None:
    homes, children = families.found(40_000, 3, "41")
    numbers = cells.text(cells.identity_numbers(children.region, children.born, children.sequence))
    assert len(set(numbers.tolist())) == len(numbers)
    assert all(records.is_resident_id(number) for number in numbers[:500].tolist())
    adults = cells.identity_numbers(homes.region.ravel(), homes.born.ravel(), homes.sequence.ravel())
    assert len(set(cells.text(adults).tolist())) == 3 * len(homes.home)


def test_twins_are_as_many_and_as_alike_as_asked() -> None:
    _, children = families.found(60_000, 4, "41")
    share = children.twin.mean()
    assert 0.019 < share < 0.028
    second = (children.birth[1:] == children.birth[:-1]).nonzero()[0] + 1
    assert (children.born[second] == children.born[second - 1]).all()
    near = abs(children.sequence[second] - children.sequence[second - 1]) <= 3
    assert 0.75 < near.mean() < 0.95
    assert 0.65 < (children.male[second] == children.male[second - 1]).mean() < 0.8


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_twins_never_bear_one_name(seed: int) -> None:
    homes, children = families.found(20_000, seed, "41")
    names = naming.name_all(np.random.default_rng(seed), homes, children).name
    second = (children.birth[1:] == children.birth[:-1]).nonzero()[0] + 1
    assert not (names[second] == names[second - 1]).any()


@pytest.mark.parametrize("which", ["crowd", "hard"])
def test_identity_numbers_are_missing_as_often_as_claimed(which: str, request: pytest.FixtureRequest) -> None:
    frame: pd.DataFrame = request.getfixturevalue(which)
    low, high = (0.11, 0.15) if which == "crowd" else (0.30, 0.38)
    assert low < frame["id_number"].isna().mean() < high


def test_a_childs_number_may_be_an_adults(crowd: pd.DataFrame) -> None:
    valid = crowd[is_valid(crowd["id_number"])]
    adults = valid[valid["id_number"].str[6:10].astype(int) < 2007]
    by_feed = adults.groupby("feed").size() / crowd.groupby("feed").size()
    assert 0.006 < len(adults) / len(crowd) < 0.02
    assert by_feed["health.child_health"] > 2 * by_feed["education.enrolment"]


def test_twice_the_errors_are_twice_the_errors(crowd: pd.DataFrame, hard: pd.DataFrame) -> None:
    for column in ("birth_date", "guardian_phone"):
        ratio = hard[column].isna().mean() / crowd[column].isna().mean()
        assert 1.4 < ratio < 2.7, column


def test_without_errors_nothing_is_mistyped(tmp_path: Path) -> None:
    writing.write(tmp_path, 500, 6, errors=0.0)
    clean = read(tmp_path)
    named = clean[~clean["name"].str.contains("之|宝宝|某某|未|新生|无名|暂")]
    per_child = named.groupby("child_id")
    assert per_child["name"].nunique().max() == 1
    assert per_child["id_number"].nunique().max() == 1


def test_a_newborn_may_bear_the_mothers_name(crowd: pd.DataFrame) -> None:
    makeshift = crowd["name"].str.contains(r"之(?:长|次)?[子女]$|宝宝|某某|未取名|新生儿|无名|暂未", regex=True)
    assert 0.01 < makeshift.mean() < 0.03
    assert set(crowd.loc[makeshift, "feed"]) <= {
        "cdc.vaccination", "health.child_health", "insurance.enrolment", "public_security.residence",
    }  # fmt: skip


def test_dates_and_sexes_are_written_in_several_ways(crowd: pd.DataFrame) -> None:
    shapes = {re.sub(r"\d", "9", date) for date in crowd["birth_date"].dropna()}
    assert {"9999-99-99", "99999999", "9999年99月99日", "9999-99-99 99:99:99"} <= shapes
    assert {"男", "2", "F"} <= set(crowd["sex"].dropna())


def test_another_province_has_its_own_counties(tmp_path: Path) -> None:
    writing.write(tmp_path, 400, 7, region="33")
    lived = read(tmp_path)["residence_code"].dropna()
    assert (lived.str[:2] == "33").mean() > 0.9


def test_numbers_tell_nothing_of_who_is_who(crowd: pd.DataFrame) -> None:
    """Neither order nor record number brings records of a child together."""
    by_number = crowd.assign(number=crowd["record_id"].astype(int)).sort_values("number")["child_id"]
    for order in (crowd["child_id"], by_number):
        assert (order.to_numpy()[1:] == order.to_numpy()[:-1]).mean() < 0.005


@pytest.mark.parametrize(("count", "region"), [(0, "41"), (6_000_000, "41"), (10, "99")])
def test_impossible_crowds_are_refused(count: int, region: str) -> None:
    with pytest.raises(ValueError, match=r"children|county"):
        families.found(count, 1, region)


def test_habits_are_not_errors() -> None:
    assert rates.rates(2.0).newborn == rates.rates(1.0).newborn
    assert rates.rates(2.0).homophone == 2 * rates.rates(1.0).homophone
