"""The probabilistic model: what agrees and by what word, what it weighs, and that training learns it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from childledger.errors import ContractError, LinkageError
from childledger.linkage import model
from childledger.linkage.comparisons import BLOCKS, COMPARISONS
from childledger.linkage.training import train
from childledger.linkage.waterfall import text
from invented import SCHEMA, born, named, profiles, romanised, table

CHANCE = 1e-6
CHILD: dict[str, Any] = {
    **named("张子轩"), **born("20150302"), "sex": "M", "id_number": "410102201503020017", "county": "410102",
    "hukou": "410102", "guardian_name": "王伟", "guardian_pinyin": "wang wei", "guardian_id": "410102198501010011",
    "phone": "13800000001", "phone_2": None, "address": "某路1号", "village": "某路",
}  # fmt: skip
ALONE = {column: None for column in ("guardian_name", "guardian_pinyin", "guardian_id", "phone", "address", "village")}
LEVELS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("name", "not compared", {}, {"name": None}),
    ("name", "not compared", {}, {**named("王伟"), "guardian_name": "张子轩"}),
    ("name", "exact", {}, {}),
    ("name", "same pinyin", {}, named("章子轩")),
    ("name", "same pinyin", {}, romanised("张子轩")),
    ("name", "same sound", named("张敏"), named("章明")),
    ("name", "same shape", named("张未"), named("张末")),
    ("name", "unreadable character", {}, named("张?轩")),
    ("name", "unreadable character", named("?子轩"), {}),
    ("name", "truncated", named("阿依古丽买买提", whole=True), named("阿依古丽", whole=True)),
    ("name", "truncated", named("阿依", whole=True), named("阿依古丽买买提", whole=True)),
    ("name", "given name only", {}, named("刘子轩")),
    ("name", "given name of one character", named("张伟"), named("刘伟")),
    ("name", "given name only", {}, named("子轩")),
    ("name", "pet name", {}, named("张明明")),
    ("name", "pet name", named("张明明"), named("张雪")),
    ("name", "differs as twins' names do", {}, named("王明明")),
    ("name", "differs as twins' names do", named("张雪雪"), named("张明明")),
    ("name", "differs as twins' names do", {}, named("张子涵")),
    ("name", "differs as twins' names do", {}, named("王雪")),
    ("name", "one character", ALONE, named("张子涵")),
    ("name", "one character", ALONE, named("张明轩")),
    ("name", "one character", named("阿依古丽买买提", whole=True), {**ALONE, **named("阿依古力买买提", whole=True)}),
    ("name", "differs", ALONE, named("张敏涵")),
    ("name", "differs", {**ALONE, **named("张伟")}, named("张雪")),
    ("name", "differs", {**ALONE, **named("阿依", whole=True)}, named("古丽", whole=True)),
    ("birth", "not compared", {}, {"birth": None, "lunar": None}),
    ("birth", "exact", {}, {}),
    ("birth", "lunar calendar", {}, born("20150202")),
    ("birth", "lunar calendar", born("20150202"), {}),
    ("birth", "day and month swapped", {}, born("20150203")),
    ("birth", "one slip", {}, born("20150307")),
    ("birth", "one slip", {}, born("20160302")),
    ("birth", "one slip", {}, born("20150320")),
    ("birth", "1 January of the year", born("20150714"), born("20150101")),
    ("birth", "same month", {}, born("20150325")),
    ("birth", "same day of another month", {}, born("20151202")),
    ("birth", "same day a year off", born("20190302"), born("20200302")),
    ("birth", "same year", {}, born("20151114")),
    ("birth", "differs", {}, born("20121114")),
    ("sex", "not compared", {}, {"sex": None}),
    ("sex", "equal", {}, {}),
    ("sex", "differs", {}, {"sex": "F"}),
    ("id_number", "not compared", {}, {"id_number": None}),
    ("id_number", "equal", {}, {}),
    ("id_number", "same place and birth date", {}, {"id_number": "410102201503020025"}),
    ("id_number", "differs", {}, {"id_number": "410103201503020025"}),
    ("household", "not compared", {}, ALONE),
    ("household", "not compared", {**ALONE, "address": "某路1号"}, {**ALONE, "address": "某路2号"}),
    ("household", "guardian's ID", {}, {}),
    ("household", "phone and guardian's name", {}, {"guardian_id": None}),
    ("household", "phone and guardian's name", {"phone_2": "139"}, {"guardian_id": None, "phone": "139"}),
    ("household", "phone", {}, {"guardian_id": None, "guardian_name": "李雪"}),
    ("household", "guardian's name and county", {}, {**ALONE, "guardian_name": "王伟"}),
    ("household", "guardian's name and county", {}, {**ALONE, "guardian_name": "王玮", "guardian_pinyin": "wang wei"}),
    ("household", "guardian's name", {}, {**ALONE, "guardian_name": "王伟", "county": "410103"}),
    ("household", "address", {}, {**ALONE, "address": "某路1号"}),
    ("household", "differs", {}, {**ALONE, "phone": "13800000002"}),
    ("place", "not compared", {}, {}),
    ("place", "not compared", ALONE, {"county": None, "hukou": None}),
    ("place", "village", {**ALONE, "village": "某路"}, {**ALONE, "village": "某路"}),
    ("place", "residence and hukou", ALONE, {}),
    ("place", "residence", ALONE, {"hukou": "410105"}),
    ("place", "hukou", ALONE, {"county": "410105"}),
    (
        "place",
        "residence of one is hukou of the other",
        {**ALONE, "hukou": "410105"},
        {"county": "410105", "hukou": None},
    ),
    ("place", "same city", ALONE, {"county": "410105", "hukou": "410105"}),
    ("place", "same province", ALONE, {"county": "410505", "hukou": None}),
    ("place", "differs", ALONE, {"county": "320505", "hukou": None}),
]


def scored(
    rows: Iterable[dict[str, Any]], pairs: list[tuple[int, int]], names: dict[str, float]
) -> list[dict[str, Any]]:
    """What `score` makes of pairs of rows, as mappings, in their order."""
    connection = duckdb.connect()
    connection.register("profiles", table(rows))
    connection.execute("create table pairs (left_unit bigint, right_unit bigint)")
    connection.execute("create table frequencies (name text, tf_name double)")
    for pair in pairs:
        connection.execute("insert into pairs values (?, ?)", pair)
    for known in names.items():
        connection.execute("insert into frequencies values (?, ?)", known)
    model.score(connection, "profiles", "pairs", "frequencies", CHANCE, "scored")
    found = connection.table("scored").order("left_unit, right_unit").to_arrow_table().to_pylist()
    return list(found)


def test_every_level_has_a_word() -> None:
    """One call for all cases: case i is the pair of units 2i and 2i + 1; the other way round weighs the same."""
    rows = [{**CHILD, **change} for _, _, left, right in LEVELS for change in (left, right)]
    pairs = [(2 * case, 2 * case + 1) for case in range(len(LEVELS))]
    for direction in (pairs, [(right, left) for left, right in pairs]):
        found = {min(row["left_unit"], row["right_unit"]) // 2: row for row in scored(rows, direction, {})}
        words = model.vocabulary()
        said = [words[comparison][found[case][f"{comparison}_level"]] for case, (comparison, *_) in enumerate(LEVELS)]
        assert said == [word for _, word, *_ in LEVELS]
    told = {(comparison, word) for comparison, word, *_ in LEVELS}
    assert told == {(comparison, word) for comparison, known in model.vocabulary().items() for word in known.values()}


def test_a_weight_is_the_sum_of_its_evidence() -> None:
    [row] = scored([CHILD, {**CHILD, "sex": "F", "id_number": None}], [(0, 1)], {"张子轩": 1e-4})
    bits = {comparison.name: row[f"{comparison.name}_bits"] for comparison in COMPARISONS}
    rates = model.rates_among(CHANCE)
    assert bits["sex"] == pytest.approx(rates["sex", "differs"].bits)
    assert bits["household"] == pytest.approx(rates["household", "guardian's ID"].bits)
    assert bits["id_number"] == bits["place"] == 0
    assert row["weight"] == pytest.approx(model.prior(CHANCE) + sum(bits.values()), abs=1e-4)
    steps = model.evidence(row)
    assert [(step.what, step.bits) for step in steps] == list(bits.items())
    assert [step.word for step in steps[:4]] == ["exact", "exact", "differs", "not compared"]
    assert text(model.prior(CHANCE), steps).endswith(f"{row['weight']:+.1f}")


def test_among_more_children_a_home_says_as_much_and_a_name_less() -> None:
    few, many = (model.rates_among(chance) for chance in (model.LEARNT, model.LEARNT / 16))
    assert few == model.rates() == model.rates_among(1e-5)
    gained = {level: many["household", level].bits - few["household", level].bits for _, level in rates_of("household")}
    assert [gained[level] for level in model.HOME] == pytest.approx([4] * 4)
    assert 1 < gained[model.NAMESAKES] < 4 and gained["guardian's name"] == gained["differs"] == 0
    assert {key: rate for key, rate in many.items() if key[0] != "household"}.items() <= few.items()


def rates_of(comparison: str) -> list[tuple[str, str]]:
    return [key for key in model.rates() if key[0] == comparison]


def test_a_rare_name_weighs_more_than_a_common_one() -> None:
    rows = [{**CHILD, **named(name)} for name in ("王伟", "王伟", "张雪", "张雪", "刘末", "刘末", "陈涵", "陈涵")]
    pairs = [(0, 1), (2, 3), (4, 5), (6, 7)]
    common, rare, rarest, unheard = (
        row["name_bits"] for row in scored(rows, pairs, {"王伟": 2.0**-10, "张雪": 2.0**-15, "刘末": 1e-9})
    )
    assert rare - common == pytest.approx(5, abs=1e-4)
    assert unheard == pytest.approx(model.rates()["name", "exact"].bits, abs=1e-4)
    assert unheard < rarest < common + 10, "no name counts as rarer than one in a million"


def test_no_pairs_are_scored_as_none() -> None:
    assert scored([CHILD], [], {}) == []


def test_twins_stay_apart_and_one_child_comes_together() -> None:
    child = {**CHILD, "guardian_id": None}
    twin = {**child, **named("张子涵"), "id_number": None}
    again = {**child, **named("章子轩"), "id_number": None, "phone": None}
    apart, together = scored([child, twin, again], [(0, 1), (0, 2)], {"张子轩": 1e-5})
    assert apart["weight"] < 5 and together["weight"] > 10


def test_score_weighs_as_splink_does() -> None:
    from splink import DuckDBAPI, Linker

    connection = duckdb.connect()
    connection.register("profiles", profiles(300))
    connection.table("profiles").filter("name is not null").aggregate(
        "name, count(*) / sum(count(*)) over () as tf_name"
    ).create("frequencies")
    engine = DuckDBAPI(connection)
    linker = Linker(engine.register("profiles"), model.settings(CHANCE), log_level=None)
    linker.table_management.register_term_frequency_lookup(engine.register("frequencies"), "name")
    splink = linker.inference.predict(warning_mode="never").as_duckdbpyrelation()
    splink.project("unit_l as left_unit, unit_r as right_unit, match_weight").create("splink")
    model.score(connection, "profiles", "splink", "frequencies", CHANCE, "scored")
    both = connection.table("scored").join(connection.table("splink"), "left_unit, right_unit")
    [(pairs, apart)] = both.aggregate("count(*), max(abs(weight - match_weight))").fetchall()
    assert pairs == len(connection.table("splink")) > 500
    assert apart < 1e-9


def test_blocks_and_conditions_read_columns_of_a_profile() -> None:
    columns = set(SCHEMA.names)
    assert {column for block in BLOCKS for column in block} <= columns
    settings = model.settings(CHANCE).get_settings("spark")
    assert {column.unquote().name for column in settings._columns_used_by_comparisons} <= columns


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("sex,equal", "sex,alike"), "model.csv:1: levels differ from those compared"),
        (("name,exact,", "name,exact,-"), "model.csv:2: m and u are above 0"),
        ((",trained\n", ",guessed\n"), "source is one of"),
        (("name,exact,", "name,exact,much"), "model.csv:2: needs comparison"),
    ],
)
def test_a_wrong_file_of_rates_is_refused(change: tuple[str, str], told: str, tmp_path: Path) -> None:
    file = tmp_path / "model.csv"
    file.write_text(model.FILE.read_text(encoding="utf-8").replace(*change, 1), encoding="utf-8")
    with pytest.raises(ContractError, match=told):
        model.rates(file)


def test_training_learns_how_often_levels_hold(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(profiles(1500), tmp_path / "profiles.parquet")
    for run in ("first", "second"):
        train(tmp_path / "profiles.parquet", tmp_path / f"{run}.csv", tmp_path / f"{run}.txt")
    assert (tmp_path / "first.csv").read_bytes() == (tmp_path / "second.csv").read_bytes()
    before, after = model.rates(), model.rates(tmp_path / "first.csv")
    assert after["sex", "differs"].m == pytest.approx(0.01, abs=0.006), "two in a hundred guess the sex"
    assert after["sex", "differs"].u == pytest.approx(0.5, abs=0.05)
    assert after["birth", "exact"].m == pytest.approx(0.75, abs=0.08)
    assert {key for key, rate in after.items() if rate.source == "held"} == {
        key for key, rate in before.items() if rate.source == "held"
    }
    assert after["name", "truncated"].m == before["name", "truncated"].m, "nobody's name was cut off"
    report = (tmp_path / "first.txt").read_text(encoding="utf-8")
    assert "name: truncated" in report.split("too rarely")[1]
    assert "same id_number: " in report


def test_training_needs_people(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(profiles(5), tmp_path / "profiles.parquet")
    with pytest.raises(LinkageError, match="too few to train on"):
        train(tmp_path / "profiles.parquet", tmp_path / "model.csv", tmp_path / "report.txt")
