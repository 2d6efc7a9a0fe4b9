"""A birth date is read as written or not at all, and its lunar day is the almanac's."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lunar_python import LunarYear

from childledger import records
from childledger.linkage import births


def read(written: str | None) -> str | None:
    found: str | None = births.read(pa.array([written], pa.string())).to_pylist()[0]
    return found


@pytest.mark.parametrize(
    "written",
    [
        "2015-03-02", "20150302", "2015/3/2", "2015.3.2", "2015年3月2日", "2015年03月02日", "2015-03-02 00:00:00",
        "2015/3/2 0:00", "2015-03-02T00:00:00.000", "2015-03-02 08:30", "20150302000000", "20150302.0", "42065",
        "42065.0", "２０１５－０３－０２", "２０１５年３月２日", " 2015-03-02\u200b", "2015 年 3 月 2 日", "2015-3-2",
        "2-Mar-15", "02-Mar-2015", "15.3.2", "15年3月2日", "'2015-03-02", "‘2015/3/2", "2015、3、2", "2015—03—02",
        "2015-03-02T00:00:00Z", "2015-03-02 00:00:00+08", "2015-03-02T00:00:00+08:00", "3/2/2015 0:00",
    ],
)  # fmt: skip
def test_every_coding_of_a_day_is_read(written: str) -> None:
    assert read(written) == "20150302"


@pytest.mark.parametrize(
    ("written", "day"),
    [("13/03/2015", "20150313"), ("3/13/2015", "20150313"), ("05/05/2015", "20150505"), ("2/3/2015", "20150203")],
)
def test_a_day_before_its_year_is_read_month_first_unless_it_can_be_none(written: str, day: str) -> None:
    assert read(written) == day


@pytest.mark.parametrize(
    "written",
    [
        None, "", "无", "2015-02-29", "2015-13-01", "2015-00-10", "20150230", "2015", "201203", "201513",
        "2015-13", "2015年0月", "1899-12-31", "2101-01-01", "31/02/2015", "19999", "60001", "150302", "0",
        "二〇一五年三月二日", "2015-03-02x", "４2O65",
    ],
)  # fmt: skip
def test_what_is_no_day_is_not_guessed(written: str | None) -> None:
    assert read(written) is None


@pytest.mark.parametrize(
    "written", ["2015-03", "2015年3月", "2015/3", "2015.03", "2015-03-00", "２０１５年０３月", "201503"]
)
def test_a_month_without_its_day_is_a_month(written: str) -> None:
    assert read(written) == "20150300"
    assert births.lunar(pa.array(["20150300"])).to_pylist() == [None]


@given(
    st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y年%m月%d日"])
)
def test_a_day_the_intake_reads_is_read_alike(day: date, form: str) -> None:
    assert records.read_date(day.strftime(form)) == day
    assert read(day.strftime(form)) == f"{day:%Y%m%d}"


def test_rows_stay_in_order() -> None:
    written = pa.array(["42065", None, "2015.3.2", "13/03/2015", "x"])
    assert births.read(written).to_pylist() == ["20150302", None, "20150302", "20150313", None]
    assert births.read(written.slice(2, 2)).to_pylist() == ["20150302", "20150313"]
    assert births.read(pa.array([], pa.string())).type == pa.string()


def test_every_lunar_day_is_the_almanacs() -> None:
    theirs = {}
    for year in range(1988, 2037):
        for month in LunarYear.fromYear(year).getMonths():
            first = datetime(2000, 1, 1, 12) + timedelta(days=month.getFirstJulianDay() - 2_451_545)
            for day in range(month.getDayCount()):
                named = f"{month.getYear():04d}{abs(month.getMonth()):02d}{day + 1:02d}"
                theirs[f"{first + timedelta(days=day):%Y%m%d}"] = named
    days = [date(1990, 1, 1) + timedelta(days=number) for number in range((date(2036, 1, 1) - date(1990, 1, 1)).days)]
    written = [f"{day:%Y%m%d}" for day in days]
    assert births.lunar(pa.array(written)).to_pylist() == [theirs[day] for day in written]


@pytest.mark.parametrize(
    ("birth", "day"),
    [
        ("20150302", "20150112"),
        ("20200523", "20200401"),  # first day of the leap fourth month
        ("20150419", "20150301"),
        ("19891231", None),
        ("20360101", None),
        ("20150230", None),
        (None, None),
    ],
)
def test_a_leap_month_is_written_like_the_plain_one(birth: str | None, day: str | None) -> None:
    assert births.lunar(pa.array([birth], pa.string())).to_pylist() == [day]
