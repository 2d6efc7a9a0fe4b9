"""Train the model again: new rates as a reviewed file, with a report of what changed and what could not be learnt.

Nobody's judgement and no true child is read. Among strangers (one profile for each trusted identity number) every
agreement is chance: that is u. Pairs that share a number, or a name and a birth date, or a name and a phone, are mostly
one child: expectation-maximisation finds m among them, of the comparisons that the pairs were not chosen by.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from childledger.errors import LinkageError
from childledger.linkage.engine import Change, Engine
from childledger.linkage.link import read_records, workplace
from childledger.linkage.model import CHILD, FILE, Model, Rate, Rates, rates, settings
from childledger.linkage.rules import rules
from childledger.linkage.sets import run
from childledger.settings import INCLUDE

if TYPE_CHECKING:
    from splink import Linker

PAIRS = 2_000_000
"""Most pairs of one session."""
ENOUGH = 20
"""A level seen in fewer pairs keeps its old rate."""
SEED = 1


@dataclass(frozen=True)
class Learnt:
    """One number of one level, and how many pairs it was seen in."""

    value: float
    seen: float


Found = dict[tuple[str, str], Learnt]


def train_on_records(records: Path, out: Path, report: Path, today: date) -> None:
    """Train on a file of records (those of link.py), standardised as they are for linking.

    Raises:
        LinkageError: the records can't be read or are too few; or `out` is the model in use, which only a person who
            has read the report replaces.
    """
    if out.resolve() == FILE.resolve():
        raise LinkageError("write the new model to another file, read the report, then put it in place of the old one")
    with workplace(records, out, None) as con, tempfile.TemporaryDirectory(dir=out.resolve().parent) as folder:
        read_records(con, records)
        Engine(con, rules(), today).link(Change())
        for step in ("create_pair", "insert_everybody", "create_face", "create_profile"):
            run(con, f"linkage/{step}")
        profiles = Path(folder) / "profiles.parquet"
        con.table("profile").write_parquet(str(profiles))
        train(profiles, out, report)


def train(profiles: Path, out: Path, report: Path, of: Model = CHILD) -> None:
    """Learn m and u from profiles and write the model file and a report.

    `profiles` is a Parquet file with the columns of a profile, one row per record rather than per unit: a unit has
    its agreeing records merged, so among units every slip would look commoner than it is.

    Raises:
        LinkageError: there are too few profiles with a trusted identity number to learn from.
    """
    connection = duckdb.connect()
    connection.read_parquet(str(profiles)).create("profiles")
    strangers = connection.sql((INCLUDE / "sql" / "duckdb" / "linkage" / "list_strangers.sql").read_text("utf-8"))
    strangers.create("strangers")
    rows, people = _count(connection, "profiles"), _count(connection, "strangers")
    if people < ENOUGH:
        raise LinkageError(f"{people} profiles with a trusted identity number are too few to train on")
    chance = 1 / people
    before = rates(of.file, of)
    u, sampled = _learn_u(connection, before, of, people)
    m, sessions = _learn_m(connection, _join(before, {}, u), of, chance)
    after = _join(before, m, u)
    out.write_text(_file(after), encoding="utf-8")
    heading = f"{rows:,} profiles, {people:,} strangers, {sampled:,.0f} random pairs for u\n"
    report.write_text("\n".join([heading, *sessions, "", *_changes(before, after), ""]), encoding="utf-8")


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(connection.table(table).count("*").fetchall()[0][0])


def _linker(connection: duckdb.DuckDBPyConnection, table: str, chance: float, numbers: Rates, of: Model) -> Linker:
    from splink import DuckDBAPI, Linker

    return Linker(DuckDBAPI(connection).register(table), settings(chance, numbers, of), log_level=None)


def _learn_u(connection: duckdb.DuckDBPyConnection, before: Rates, of: Model, people: int) -> tuple[Found, float]:
    linker = _linker(connection, "strangers", 1 / people, before, of)
    linker.training.estimate_u_using_random_sampling(max_pairs=of.sampled, seed=SEED, min_count_per_level=None)
    sampled = min(of.sampled, people * (people - 1) / 2)
    return {key: Learnt(value, value * sampled) for key, value in _trained(linker, "u").items()}, sampled


def _learn_m(
    connection: duckdb.DuckDBPyConnection, numbers: Rates, of: Model, chance: float
) -> tuple[Found, list[str]]:
    """Learn m by sessions of expectation-maximisation; a level that several saw gets the middle of their numbers."""
    from splink import block_on
    from splink.blocking_analysis import count_comparisons_from_blocking_rules

    linker = _linker(connection, "profiles", chance, numbers, of)
    seen = 0.0
    told = []
    for columns in of.sessions:
        [counted] = count_comparisons_from_blocking_rules(
            next(iter(linker._input_tables_dict.values())),
            blocking_rules=block_on(*columns),
            link_type="dedupe_only",
            unique_id_column_name="unit",
            record_sample_proportion=1.0,
        )
        pairs = int(counted["marginal_comparison_count"])
        session = linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*columns), estimate_without_term_frequencies=True, max_pairs=PAIRS
        )
        one_child = session.core_model_settings.probability_two_random_records_match
        seen = max(seen, min(pairs, PAIRS) * one_child)
        rounds = len(session._core_model_settings_history) - 1
        told.append(f"same {' and '.join(columns)}: {pairs:,} pairs, {one_child:.1%} of one child, {rounds} rounds")
    return {key: Learnt(value, value * seen) for key, value in _trained(linker, "m").items()}, told


def _trained(linker: Linker, which: str) -> dict[tuple[str, str], float]:
    """Read what a linker learnt; levels it never saw are left out."""
    found: dict[tuple[str, str], float] = {}
    for comparison in linker._settings_obj.comparisons:
        for level in comparison._comparison_levels_excluding_null:
            values: Sequence[dict[str, Any]] = getattr(level, f"_trained_{which}_probabilities")
            numbers = sorted(v["probability"] for v in values if not isinstance(v["probability"], str))
            if numbers:
                found[comparison.output_column_name, level.label_for_charts] = numbers[len(numbers) // 2]
    return found


def _join(before: Rates, m: Found, u: Found) -> dict[tuple[str, str], Rate]:
    """Put learnt numbers in place of old ones where enough pairs showed them."""
    return {key: _renewed(rate, m.get(key), u.get(key)) for key, rate in before.items()}


def _renewed(rate: Rate, m: Learnt | None, u: Learnt | None) -> Rate:
    if rate.source == "held":
        return rate
    good_m, good_u = (number if number and number.seen >= ENOUGH else None for number in (m, u))
    source = {(True, True): "trained", (True, False): "trained m", (False, True): "trained u"}.get(
        (good_m is not None, good_u is not None), "set"
    )
    return Rate(good_m.value if good_m else rate.m, good_u.value if good_u else rate.u, source)


def _file(numbers: Rates) -> str:
    """Write rates as model.csv has them, three figures each: more would change with the order of a sum."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["comparison", "level", "m", "u", "source"])
    writer.writerows([*key, f"{rate.m:.3g}", f"{rate.u:.3g}", rate.source] for key, rate in numbers.items())
    return file.getvalue()


def _changes(before: Rates, after: Rates) -> list[str]:
    """Say of each level what it weighed, what it weighs, and what could not be learnt of it."""
    lines = [f"{'comparison':<12}{'level':<40}{'m':>10}{'u':>12}{'bits':>8}{'before':>8}  source"]
    for (comparison, level), rate in after.items():
        old = before[comparison, level].bits
        lines.append(
            f"{comparison:<12}{level:<40}{rate.m:>10.3g}{rate.u:>12.3g}{rate.bits:>8.1f}{old:>8.1f}  {rate.source}"
        )
    kept = [f"{comparison}: {level} ({rate.source})" for (comparison, level), rate in after.items()
            if rate.source not in ("trained", "held")]  # fmt: skip
    return [*lines, "", "seen too rarely to learn both numbers:", *(kept or ["none"])]
