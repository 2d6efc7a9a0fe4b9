"""Service lists say only what is attested, no city gives less than its province, and one setting changes province."""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from childledger import editions, places, provinces
from childledger.cli import main
from childledger.errors import ContractError
from childledger.reports import gaps

DAY = date(2026, 11, 24)
CITY = "410100"


def city_list(folder: Path, *changes: tuple[str, str]) -> list[str]:
    """Faults of a city list that is the province's own text with changes, beside the shipped ones."""
    text = (editions.FOLDER / "henan.2.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / f"{CITY}.1.yaml").write_text(text, encoding="utf-8")
    return editions.faults(editions.editions() + editions.editions(folder), DAY)


def test_what_no_source_names_is_counted_as_unknown() -> None:
    found = {edition.name: edition for edition in editions.editions()}
    sizes = {name: (edition.item_count, edition.unknown_count) for name, edition in found.items()}
    assert {name: items for name, (items, _) in sizes.items()} == {
        "henan.1": 19,
        "henan.2": 19,
        "guangdong.1": 19,
        "qinghai.1": 21,
    }
    assert sizes["qinghai.1"] == (21, 21)
    assert all(0 < unknown < items for name, (items, unknown) in sizes.items() if name != "qinghai.1")
    for edition in found.values():
        assert all(s.source and (s.target is None or s.target.basis) for s in edition.services), edition.name
    assert editions.faults(editions.editions(), DAY) == []


def test_the_edition_is_the_one_of_the_day_and_a_city_comes_first(tmp_path: Path) -> None:
    known = editions.editions()
    assert editions.serving(known, CITY, date(2024, 6, 30)) is None
    named = [editions.serving(known, CITY, day) for day in (date(2025, 6, 30), DAY)]
    assert [edition.name for edition in named if edition] == ["henan.1", "henan.2"]
    assert city_list(tmp_path, ("items: 19", "items: 20")) == []
    own = editions.serving(known + editions.editions(tmp_path), CITY, DAY)
    assert own and own.name == f"{CITY}.1"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("items: 19", "items: 18"), "FEWER_ITEMS: 本市清单18项，少于省级清单的19项"),
        (
            ("  family_doctor:", "  home_doctor:"),
            "MISSING_SERVICE family_doctor: 省级清单有“家庭医生签约”，本市清单没有",
        ),
        (("below_age: 7", "below_age: 6"), "NARROWER_TARGET vaccination: “疫苗接种”的服务对象比省级清单窄"),
        (("in_september: true, ", ""), "NARROWER_TARGET compulsory_schooling"),
        (
            ("below_age: 7,", "below_age: 7, any_of: [{kind: permit_status, values: [valid]}],"),
            "NARROWER_TARGET vaccination: “疫苗接种”的服务对象比省级清单窄：本市另加了条件",
        ),
        (("[missing, deceased, detained]", "[missing]"), "NARROWER_TARGET orphan_allowance"),
        (("below_age: 7", "below_age: 9"), None),
        (("[missing, deceased, detained]", "[missing, deceased, detained, ill]"), None),
        (("    - {kind: disability_type}", "    - {kind: disability_type}\n        - {kind: disability_grade}"), None),
    ],
)
def test_a_city_gives_no_less_than_its_province(tmp_path: Path, change: tuple[str, str], told: str | None) -> None:
    found = city_list(tmp_path, change)
    assert [line.startswith(f"{CITY}.1 {told}") for line in found] == ([True] if told else [])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("vaccination_status, values: [complete]", "vaccination_status, values: [done]"), "is never one of ['done']"),
        (("kind: disability_type", "kind: wealth"), "no column of any feed becomes fact.wealth"),
        (("aspect: 住有所居", "aspect: 住房"), "housing: unknown aspect"),
        (("items: 19", "items: 3"), "14 services are named"),
        (("title: 河南", "titel: 河南"), "KeyError 'title'"),
        (("flag: not_enrolled", "flag: truant"), "compulsory_schooling: raises needs flag, one of"),
        (("flag: not_enrolled", "flag: orphan"), "compulsory_schooling: raises needs flag, one of"),
        (("flag: not_enrolled", "flag: vaccination_incomplete"), "no two services raise one flag"),
        (
            ("target: unknown", "target: unknown\n    raises: {flag: uninsured, after_days: 0}"),
            "family_doctor: raises: where",
        ),
    ],
)
def test_a_list_that_can_not_be_meant_is_refused_by_name(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    with pytest.raises(ContractError) as refused:
        city_list(tmp_path, change)
    assert str(refused.value).startswith(f"{CITY}.1.yaml:1: ") and told in str(refused.value)


def test_a_lead_must_be_a_department_of_the_province(tmp_path: Path) -> None:
    text = (editions.FOLDER / "qinghai.1.yaml").read_text(encoding="utf-8").replace("services: {}", "services:")
    service = "aspect: 学有所教, title: 入学, source: 测试, target: unknown, proof: unknown, lead: railways"
    (tmp_path / "qinghai.1.yaml").write_text(f"{text}  schooling: {{{service}}}\n", encoding="utf-8")
    told = editions.faults(editions.editions(tmp_path), DAY)
    assert told == ["qinghai.1 UNKNOWN_LEAD schooling: 牵头部门railways不在省级配置的部门之列"]


def test_one_setting_changes_the_province(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    seen = {}
    for key in ("guangdong", "qinghai", "henan"):
        monkeypatch.setenv("CHILDLEDGER_PROVINCE", key)
        edition = editions.serving(editions.editions(), f"{provinces.province().code[:2]}0100", DAY)
        seen[key] = (len(places.counties()), edition and edition.name)
    assert seen == {"guangdong": (124, "guangdong.1"), "qinghai": (44, "qinghai.1"), "henan": (157, "henan.2")}
    monkeypatch.setenv("CHILDLEDGER_PROVINCE", "guangdong")
    assert places.county_name("441900") == "东莞市"  # a city without counties
    assert places.county_name("440106") == "广州市天河区" and places.county_name("410105") == "410105"
    assert places.current_code("412702") == "411681"  # a child of Henan lives there
    assert main(["services", "check"]) == 0 and "none is a city's" in capsys.readouterr().out


def test_a_province_nobody_described_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHILDLEDGER_PROVINCE", "atlantis")
    with pytest.raises(ContractError, match=r"atlantis.*guangdong, henan, qinghai"):
        places.counties()


def test_no_province_goes_below_the_half_year() -> None:
    told = {"code": "410000", "name": "河南省", "plan": "", "signatories": 21, "departments": {}}
    with pytest.raises(ContractError, match="floor is half a year"):
        provinces.parse(Path("x.yaml"), {**told, "social_organisations": "unknown", "refresh_months": 7})


def test_no_small_number_follows_from_what_is_told_beside_it() -> None:
    """Whoever knows the rule and reads a row with its total finds at least two counts a hidden part may be."""
    meant: dict[tuple[str, ...], set[tuple[int, ...]]] = defaultdict(set)
    for counts in itertools.product(range(2 * gaps.SMALL + 5), repeat=len(gaps.BANDS)):
        if sum(counts) >= gaps.SMALL:
            meant[(*gaps.masked(list(counts)), str(sum(counts)))].add(counts)
    for rows in meant.values():
        for part in map(set, zip(*rows, strict=True)):
            assert len(part) > 1 or part == {0} or min(part) >= gaps.SMALL, rows
