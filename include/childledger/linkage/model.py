"""Weigh what exact evidence left open: the probabilistic model, the same on DuckDB and on Spark.

The conditions are in comparisons.py, the numbers (how often each level holds among pairs of one child, m, and among
strangers, u) are reviewed data in rules/linkage/model.csv. A weight is in bits: each bit doubles the odds that two
profiles are one child.
"""

from __future__ import annotations

import csv
import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from childledger.errors import ContractError
from childledger.linkage.comparisons import BLOCKS, COMPARISONS, UNKNOWN, Comparison
from childledger.linkage.waterfall import Step
from childledger.settings import INCLUDE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from splink import SettingsCreator

FILE = INCLUDE / "rules" / "linkage" / "model.csv"
SOURCES = ("set", "trained", "trained m", "trained u", "held")
"""Where a rate is from: set by hand, trained (one number of it or both), or held: set by hand and never trained,
because its two numbers only give a weight that training would mislead."""
LEARNT = 4 / 2**20
"""The chance among the records the rates were learnt from: a million, of some two hundred thousand children."""
HOME = ("guardian's ID", "phone and guardian's name", "phone", "address")
"""Levels of `household` that strangers share because they live together."""
NAMESAKES = "guardian's name and county"
"""One that they share for that reason or by chance."""
RAREST = 1e-6
"""No name counts as rarer than one in a million: beyond that a name is as likely a typing error as a rare name."""


@dataclass(frozen=True)
class Rate:
    """How often one level holds: `m` among pairs of one child, `u` among pairs of strangers."""

    m: float
    u: float
    source: str

    @property
    def bits(self) -> float:
        """The weight of the level."""
        return math.log2(self.m / self.u)


Rates = Mapping[tuple[str, str], Rate]
"""(comparison, level) -> its rate."""


@dataclass(frozen=True)
class Model:
    """What is compared of two profiles, which profiles are compared at all, and what it is trained by."""

    comparisons: tuple[Comparison, ...]
    """One called `name` weighs the more the rarer the name."""
    blocks: tuple[tuple[str, ...], ...]
    sessions: tuple[tuple[str, ...], ...]
    """Columns by which the pairs of each session of training are chosen; a comparison that reads one of them is not
    trained by it."""
    sampled: int
    """Random pairs of strangers to train on."""
    file: Path
    """The rates in use."""


CHILD = Model(COMPARISONS, BLOCKS, (("id_number",), ("name", "birth"), ("name", "phone")), 50_000_000, FILE)
"""u down to half a millionth is seen in 25 of the pairs sampled."""


@functools.cache
def rates(path: Path = FILE, of: Model = CHILD) -> Rates:
    """Read rates, of the model in use or of one newly trained.

    Raises:
        ContractError: a level is missing, unknown or has no probability; the message names the line.
    """
    with path.open(encoding="utf-8", newline="") as file:
        found = {
            (row["comparison"], row["level"]): _rate(row, f"{path.name}:{line}")
            for line, row in enumerate(csv.DictReader(file), 2)
        }
    wanted = [(comparison.name, word) for comparison in of.comparisons for word in words(comparison)]
    if list(found) != wanted:
        odd = sorted(set(found).symmetric_difference(wanted)) or "their order"
        raise ContractError(f"{path.name}:1: levels differ from those compared: {odd}")
    return found


def _rate(row: Mapping[str, str], place: str) -> Rate:
    try:
        rate = Rate(float(row["m"]), float(row["u"]), row["source"])
    except (KeyError, TypeError, ValueError):
        raise ContractError(f"{place}: needs comparison, level, m, u, source") from None
    if not (0 < rate.m <= 1 and 0 < rate.u <= 1 and rate.source in SOURCES):
        raise ContractError(f"{place}: m and u are above 0 and at most 1; source is one of {SOURCES}")
    return rate


def words(comparison: Comparison) -> list[str]:
    """Name the levels of a comparison, strongest first, without `not compared`."""
    return [*(level.word for level in comparison.levels), comparison.otherwise]


def rates_among(chance: float) -> Rates:
    """The rates where two random profiles are one child with this chance.

    Who shares a home with a child are a few, however many children there are: among so many more strangers that is so
    much rarer. Agreement by chance is as common as before.
    """
    found, share = dict(rates()), min(1.0, chance / LEARNT)
    neighbours = sum(found["place", level].u for level in ("village", "residence and hukou", "residence"))
    by_chance = dict.fromkeys(HOME, 0.0) | {NAMESAKES: found["household", "guardian's name"].u * neighbours}
    for level, least in by_chance.items():
        known = found["household", level]
        u = least + max(known.u - least, 0) * share
        found["household", level] = replace(known, u=min(u, known.u))
    return found


@functools.cache
def vocabulary(of: Model = CHILD) -> Mapping[str, Mapping[int, str]]:
    """Give the word for each number that Splink stores: comparison -> number -> word; -1 is `not compared`."""
    return {
        comparison.name: {-1: UNKNOWN, **dict(enumerate(reversed(words(comparison))))} for comparison in of.comparisons
    }


def prior(chance: float) -> float:
    """Give the weight before any evidence, in bits, from the probability that two random profiles are one child."""
    return math.log2(chance / (1 - chance))


def settings(chance: float, numbers: Rates | None = None, of: Model = CHILD) -> SettingsCreator:
    """Give the model to Splink, for any dialect: comparisons, rates and blocking rules over profile columns.

    `chance` is the probability that two random profiles are one child; it depends on how many there are. `numbers` are
    the rates of a model in training, or of other persons than children.
    """
    from splink import SettingsCreator, block_on  # a second to import, and only linkage needs it

    given = rates_among(chance) if numbers is None else numbers
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="unit",
        comparisons=[_comparison(comparison, given) for comparison in of.comparisons],
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in of.blocks],
        probability_two_random_records_match=chance,
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
    )


def _comparison(comparison: Comparison, given: Rates) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": comparison.unknown, "label_for_charts": UNKNOWN, "is_null_level": True}
    ]
    conditions = [*(level.condition for level in comparison.levels), "ELSE"]
    for word, condition in zip(words(comparison), conditions, strict=True):
        rate = given[comparison.name, word]
        held = rate.source == "held"
        levels.append(
            {
                "sql_condition": condition,
                "label_for_charts": word,
                "m_probability": rate.m,
                "u_probability": rate.u,
                "fix_m_probability": held,
                "fix_u_probability": held,
            }
        )
    if comparison.name == "name":
        levels[1] |= {"tf_adjustment_column": "name", "tf_adjustment_weight": 1.0, "tf_minimum_u_value": RAREST}
    return {"output_column_name": comparison.name, "comparison_levels": levels}


def score(
    connection: DuckDBPyConnection,
    profiles: str,
    pairs: str,
    frequencies: str,
    chance: float,
    scored: str,
    numbers: Rates | None = None,
    of: Model = CHILD,
) -> None:
    """Weigh candidate pairs: create the table `scored` with one row per pair.

    `profiles` has one row per unit, `pairs` has left_unit and right_unit, `frequencies` has name and tf_name (the share
    of profiles with that name). `scored` has left_unit, right_unit, weight (bits, prior included) and per comparison
    `<name>_level` (a number of `vocabulary`) and `<name>_bits` (for a name, its frequency included). All are names of
    tables or views; pairs of units without a profile are left out. `numbers` and `of` as in `settings`.
    """
    given = tuple((rates_among(chance) if numbers is None else numbers).items())
    statement = _statement(chance, given, of, profiles, pairs, frequencies)
    connection.sql(statement).project(", ".join(_columns(of))).create(scored)


def evidence(row: Mapping[str, Any]) -> list[Step]:
    """Read one row of a scored table, or what was stored of it, as the steps of its waterfall."""
    return [
        Step(
            comparison.name,
            vocabulary()[comparison.name][row[f"{comparison.name}_level"]],
            row[f"{comparison.name}_bits"],
        )
        for comparison in COMPARISONS
    ]


@functools.cache
def _statement(chance: float, given: tuple[Any, ...], of: Model, profiles: str, pairs: str, frequencies: str) -> str:
    """Let Splink write what it would run for candidate pairs, as one query; `given` are the items of rates.

    `Linker.predict` copies both sides of the pairs first and gives up the level numbers unless every compared column
    is written out for every pair; the same pieces put together here do neither.
    """
    from splink.internals.comparison_vector_values import compute_comparison_vector_values_from_id_pairs_sqls
    from splink.internals.dialects import SplinkDialect
    from splink.internals.pipeline import CTEPipeline
    from splink.internals.predict import predict_from_comparison_vectors_sqls

    model = settings(chance, dict(given), of).get_settings("duckdb")
    unit = model.column_info_settings.unique_id_input_column
    needed = "select join_key_l from __splink__blocked_id_pairs union select join_key_r from __splink__blocked_id_pairs"
    steps = CTEPipeline()
    steps.enqueue_sql(
        f"select left_unit as join_key_l, right_unit as join_key_r, '0' as match_key from {pairs}",
        "__splink__blocked_id_pairs",
    )
    steps.enqueue_sql(
        f"select profile.*, known.tf_name from {profiles} as profile left join {frequencies} as known using (name) "
        f"where unit in ({needed})",
        "compared",
    )
    steps.enqueue_list_of_sqls(
        compute_comparison_vector_values_from_id_pairs_sqls(
            model._columns_to_select_for_blocking,
            model._columns_to_select_for_comparison_vector_values,
            input_tablename_l="compared",
            input_tablename_r="compared",
            source_dataset_input_column=None,
            unique_id_input_column=unit,
        )
    )
    steps.enqueue_list_of_sqls(
        predict_from_comparison_vectors_sqls(
            [unit],
            model.core_model_settings,
            SplinkDialect.from_string("duckdb"),
            retain_intermediate_calculation_columns=True,
            training_mode=True,  # keeps the level numbers
        )
    )
    return steps.generate_cte_pipeline_sql()


def _columns(of: Model) -> list[str]:
    columns = ["unit_l as left_unit", "unit_r as right_unit", "match_weight as weight"]
    for comparison in of.comparisons:
        name = comparison.name
        bits = f"mw_{name} + mw_tf_adj_{name}" if name == "name" else f"mw_{name}"
        columns += [f"cast(gamma_{name} as tinyint) as {name}_level", f"cast({bits} as float) as {name}_bits"]
    return columns
