"""The demo province keeps its promises: repeatable, dirty as declared, and every line accounted for by the truth."""

from __future__ import annotations

import csv
import functools
import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from childledger import contracts, intake, places, reader, records
from childledger.errors import FeedError
from childledger.settings import INCLUDE, Settings
from synthprovince import Dropped, drop, land, people, sentinel
from synthprovince.census import take_census

ON = date(2026, 11, 24)
FEEDS = contracts.load_all(INCLUDE / "feeds")
REJECTING = {
    "digit_typo:id_number", "transposed:id_number", "placeholder:id_number", "fifteen_digits:id_number",
    "excel_damaged:id_number", "unreadable_date:birth_date", "excel_serial:birth_date", "zone_code:hukou_code",
    "zone_code:residence_code", "repeated_row:",
}  # fmt: skip


def settings_for(home: Path) -> Settings:
    return Settings.load(
        {"CHILDLEDGER_HOME": str(home), "CHILDLEDGER_DATABASE_URL": "postgresql+psycopg://nowhere/none"}
    )


def truth_of(dropped: Dropped) -> list[dict[str, str]]:
    with (dropped.truth / "records.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def contract_of(path: Path) -> contracts.Contract:
    own = {c.title: c for c in FEEDS.values() if c.department == path.parts[-4]}
    return own[path.name.split("_")[0]]


@functools.cache
def read_drop(landing: Path, path: Path) -> list[reader.Chunk]:
    return list(reader.read(landing / path, contract_of(path), path.suffix[1:], 30))


def rows_of(chunks: list[reader.Chunk]) -> dict[int, list[str]]:
    """Line number → cells of every data line."""
    rows: dict[int, list[str]] = {}
    for chunk in chunks:
        cells = zip(*(column.to_pylist() for column in chunk.cells), strict=True)
        rows |= dict(zip(chunk.numbers.to_pylist(), map(list, cells), strict=True)) | chunk.held_back
    return rows


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, list[Dropped]]:
    settings = settings_for(tmp_path_factory.mktemp("province"))
    return settings, [drop(settings, children=700, on=day) for day in (ON, ON, ON)]


@pytest.fixture(scope="module")
def mishaps(rounds: tuple[Settings, list[Dropped]]) -> dict[str, dict[str, str]]:
    settings, _ = rounds
    found: dict[str, dict[str, str]] = json.loads((settings.home / "synthprovince/truth/mishaps.json").read_text())
    return found


def test_same_seed_gives_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    contents = []
    for name, seed in (("one", 7), ("two", 7), ("three", 8)):
        settings = settings_for(tmp_path / name)
        dropped = [drop(settings, seed=seed, children=100, counties=2, on=ON) for _ in range(2)]
        paths = [path for d in dropped for path in d.files]
        contents.append({str(path): (settings.landing / path).read_bytes() for path in paths})
        assert dropped[1].row_count < 400, "the tiny province is tiny"
    assert contents[0] == contents[1]
    assert contents[0] != contents[2]


def test_truth_covers_every_line_of_every_list_exactly_once(
    rounds: tuple[Settings, list[Dropped]], mishaps: dict[str, dict[str, str]]
) -> None:
    settings, dropped = rounds
    refused = {m["path"] for m in mishaps.values() if m["verdict"] not in ("accepted", "partial")}
    for one in dropped:
        told = Counter((r["department"], r["county_code"], r["file"], int(r["line_number"])) for r in truth_of(one))
        there: Counter[tuple[str, str, str, int]] = Counter()
        for path in one.files:
            if path.as_posix() not in refused:
                rows = rows_of(read_drop(settings.landing, path))
                there.update((path.parts[0], path.parts[1], path.name, n) for n in rows)
        assert told == there
        assert set(told.values()) == {1}


def test_every_heading_is_in_its_contract_and_old_ones_occur(rounds: tuple[Settings, list[Dropped]]) -> None:
    settings, dropped = rounds
    is_canonical = []
    for path in dropped[1].files:  # round 2 has no mishaps; reading refuses an unknown heading
        chunks, contract = read_drop(settings.landing, path), contract_of(path)
        header = [cell.strip("*") for cell in chunks[0].header.headings]
        allowed = {heading: column for column in contract.columns for heading in column.headings}
        is_canonical += [allowed[heading].heading == heading for heading in header]
    assert 0.3 < np.mean(is_canonical) < 0.9


def test_every_encoding_and_file_type_occurs(rounds: tuple[Settings, list[Dropped]]) -> None:
    settings, dropped = rounds
    kinds: Counter[str] = Counter()
    for path in dropped[1].files:
        data = (settings.landing / path).read_bytes()
        kinds[path.suffix if path.suffix == ".xlsx" else encoding_of(data)] += 1
    assert set(kinds) == {".xlsx", "utf-8-sig", "utf-8", "gb18030"}
    assert min(kinds.values()) >= 2


def encoding_of(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "utf-8-sig" or data.startswith(b"\xef\xbb\xbf"):
            assert "姓名" in text
            return encoding
    raise AssertionError("no encoding we know")


def test_true_numbers_are_valid_and_say_birth_and_sex() -> None:
    province = people.step(people.found(7, date(2026, 6, 30), 5000, land.choose_counties(3)), date(2026, 12, 31))
    children = province.children
    assert len(set(children["id_number"])) == len(children["uid"])
    assert all(map(records.is_resident_id, children["id_number"]))
    assert [records.birth_date_of(n) for n in children["id_number"]] == children["birth"].tolist()
    assert [records.sex_of(n) for n in children["id_number"]] == children["sex"].tolist()
    codes = {number[:6] for number in children["id_number"]}
    assert codes <= places.divisions()
    assert codes - set(places.counties()) - set(land.elsewhere()), "some number names an abolished county"


def test_people_move_are_born_and_come_of_age() -> None:
    before = people.found(7, date(2026, 6, 30), 6000, land.choose_counties(3))
    after = people.step(before, date(2026, 12, 31))
    was, now = (np.isin(province.homes["residence"], province.counties) for province in (before, after))
    moved = before.homes["door"] != after.homes["door"]
    assert np.mean((was & now & moved)[was]) >= 0.05
    assert np.mean((was & ~now)[was]) >= 0.05
    assert np.sum(~was & now) > 0
    born = after.children["birth"][after.children["birth"] > np.datetime64(before.as_of)]
    assert 0.01 < len(born) / 6000 < 0.06
    ages = [take_census(province) for province in (before, after)]
    adolescents = [set(census["uid"][census["age"] >= 16]) for census in ages]
    assert adolescents[1] - adolescents[0]
    assert 0.02 <= after.children["twin"].mean() / 2 * 1.0 <= 0.03


def test_dirt_is_there_and_most_rows_are_good(rounds: tuple[Settings, list[Dropped]]) -> None:
    rows = [row for one in rounds[1] for row in truth_of(one)]
    errors = [set(row["errors"].split(";")) - {""} for row in rows]
    kinds = {error for found in errors for error in found}
    assert kinds >= REJECTING | {
        "guardian_number:id_number",
        "temporary_name:name",
        "left_the_county:",
        "homophone:name",
    }
    assert 0.005 < np.mean([bool(found & REJECTING) for found in errors]) < 0.04
    assert np.mean([bool(found) for found in errors]) < 0.5


def test_sentinel_stands_in_every_list_of_the_first_county(rounds: tuple[Settings, list[Dropped]]) -> None:
    settings, dropped = rounds
    assert records.is_resident_id(sentinel.ID_NUMBER)
    assert records.birth_date_of(sentinel.ID_NUMBER) == sentinel.BIRTH_DATE
    for one in dropped[1:]:
        for path in one.files:
            if path.parts[1] != one.counties[0] or "零报告" in path.name:
                continue
            rows = ["|".join(cells) for cells in rows_of(read_drop(settings.landing, path)).values()]
            assert sum(sentinel.NAME in row and sentinel.ID_NUMBER in row for row in rows) == 1, path
            assert any(sentinel.PHONE in row for row in rows)


def test_data_dates_and_corrections(rounds: tuple[Settings, list[Dropped]]) -> None:
    first, second, third = rounds[1]
    assert (first.as_of, second.as_of, third.as_of) == (date(2026, 6, 30), date(2026, 11, 23), date(2026, 11, 23))
    assert not [path for path in second.files if "更正" in path.name]
    assert all("更正1" in path.name for path in third.files)
    assert all("零报告" in path.name for path in first.files if path.parts[0] == "townships")


def test_mishaps_get_the_verdict_they_are_dropped_for(
    rounds: tuple[Settings, list[Dropped]], mishaps: dict[str, dict[str, str]]
) -> None:
    settings, _ = rounds
    assert len(mishaps) == 20
    for name, mishap in mishaps.items():
        path = settings.landing / mishap["path"]
        listed = {drop.path for drop in intake.list_drops(settings.landing)}
        assert (path in listed) == (mishap["verdict"] not in ("waiting", "ignored")), name
        found = file_verdict(path)
        if mishap["verdict"] == "rejected" and mishap["code"] not in ("MOSTLY_OTHER_COUNTY", "NIL_WITH_ROWS"):
            assert found == mishap["code"], name
        if mishap["verdict"] in ("accepted", "duplicate"):
            assert found == "", name


def file_verdict(path: Path) -> str:
    try:
        taken = intake.read_name(FEEDS, intake.Drop(path, *path.parts[-4:-2]), ON)
        rows = rows_of(list(reader.read(path, taken.contract, path.suffix[1:], 30)))
    except FeedError as error:
        return error.code
    return "" if rows else "EMPTY_FILE"


def queue(settings: Settings, county: str, children: list[dict[str, str]]) -> None:
    items = [
        {
            "item_id": number, "child_id": 10 + number, "name": child["name"], "birth_date": child["birth"],
            "sex": child["sex"], "flag_code": "disability",
        }
        for number, child in enumerate(children, 1)
    ]  # fmt: skip
    target = settings.queues / county / "round.json"
    target.parent.mkdir(parents=True)
    target.write_text(json.dumps({"county_code": county, "items": items}))


def test_child_directors_answer_their_queue_once(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    first = drop(settings, children=400, on=ON)
    with (first.truth / "children.csv").open(encoding="utf-8", newline="") as stream:
        queue(settings, "410105", [c for c in csv.DictReader(stream) if c["residence"] == "410105"])
    visits = []
    for on in (ON, ON + timedelta(30)):
        path = next(p for p in drop(settings, on=on).files if p.parts[:2] == ("townships", "410105"))
        chunks = read_drop(settings.landing, path)
        columns = chunks[0].header.columns
        visits.append([dict(zip(columns, cells, strict=True)) for cells in rows_of(chunks).values()])
    contract = FEEDS["townships.visits"]
    for column in ("visit_outcome", "verdict"):
        assert {v[column] for v in visits[0]} - {"", "/", "无", "—"} <= set(contract.column(column).lookup)
    share = len(visits[0]) / sum(1 for _ in json.loads((settings.queues / "410105/round.json").read_text())["items"])
    assert 0.65 < share < 0.95
    assert [v["verdict"] for v in visits[0] if v["name"] == sentinel.NAME] == ["情况属实-已转介"]
    reached = {v["item_id"] for v in visits[0] if v["visit_outcome"] == "已见到"}
    assert reached and not reached & {v["item_id"] for v in visits[1]}
