"""Codes of divisions: what one stood for on a day, what took its place, zones, and what an identity number tells."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

import office
from childledger import conforming, places

TODAY = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("code", "day", "county"),
    [
        ("410105", TODAY, "410105"),
        ("412702", TODAY, "411681"),  # abolished in 2000
        ("410381", date(2020, 6, 30), "410307"),  # still stood then; today it is a district
        ("410322", TODAY, "410308"),
        ("412701", TODAY, "411602"),  # a county-level city that became a prefecture
        ("419001", date(1990, 6, 1), "411281"),  # 义马市
        ("419001", TODAY, "419001"),  # 济源市, under the same code
        ("410881", date(1996, 6, 1), "419001"),
        ("441900", TODAY, "441900"),  # 东莞 has no counties
    ],
)
def test_a_code_is_resolved_as_of_a_day(code: str, day: date, county: str) -> None:
    assert places.county_on(code, day) == county


def test_a_zone_means_its_host_where_there_is_only_one() -> None:
    assert places.county_on("410172", TODAY) == "410102"
    assert places.county_on("410173", TODAY) is None  # its townships lie in two counties
    assert {host for host in places.zone_hosts().values() if host} <= set(places.counties())


@pytest.mark.parametrize("code", ["410000", "411600", "999999", ""])
def test_what_names_no_county_says_nothing(code: str) -> None:
    assert places.county_on(code, TODAY) is None


def test_codes_of_the_province_lead_to_a_county_of_today() -> None:
    """But for six of the eighties and two of 2002, whose successors the change events do not tell."""
    ours = {code for code in places.divisions() if code.startswith("41")}
    lost = {code for code in ours if places.current_code(code) not in places.counties()}
    assert lost == {"410112", "410504", "410511", "410911", "412104", "412111", "412211", "412624"}
    assert len(ours) > 300


def test_the_prefix_of_an_identity_number_is_never_taken_for_the_register() -> None:
    """It is the code of the first registration: what a row does not say of the register stays unsaid."""
    contract = office.contract("cdc.vaccination")
    row = dict.fromkeys((column.name for column in contract.columns), "") | {"id_number": office.pupil()["id_number"]}
    rows = pd.DataFrame([row | {"hukou_code": code, "line_number": 2} for code in (None, "410172", "412702")])
    receipt = SimpleNamespace(receipt_id=1, county_code=office.COUNTY, as_of_date=TODAY)
    found = conforming.as_records(rows, contract, receipt)
    assert set(found["id_number"].str[:6]) == {"411681"}
    assert found["hukou_code"].fillna("").tolist() == ["", "410102", "411681"]
