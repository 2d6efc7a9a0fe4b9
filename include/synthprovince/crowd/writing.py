"""A crowd on disk: records as departments would send them, and apart from them who is who."""

from __future__ import annotations

import multiprocessing
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from synthprovince.chance import Dice, Numbers, Truths
from synthprovince.crowd import facts, families, naming, numbers, rolls, spelling
from synthprovince.crowd.cells import Letters, Rng
from synthprovince.crowd.families import Children, Homes
from synthprovince.crowd.rates import Rates
from synthprovince.crowd.rates import rates as rates_of

COLUMNS = (
    "record_id", "feed", "name", "id_number", "birth_date", "sex", "ethnicity", "residence_code", "hukou_code",
    "address", "guardian_name", "guardian_id_number", "guardian_phone", "school_roll_number",
    "birth_certificate_number", "vaccination_code", "disability_certificate_number", "health_record_number",
    "insurance_number",
)  # fmt: skip
FORMATS = ("csv", "parquet")
HOMES_AT_ONCE = 25_000
"""Homes whose lists are drawn up in memory together: about 170 thousand records."""
PRIME = 2_147_483_647
ROLES = (
    (0.45, 0.45, 0.10), (0.62, 0.33, 0.05), (0.12, 0.83, 0.05), (0.5, 0.45, 0.05),
    (0.10, 0.85, 0.05), (0.45, 0.40, 0.15), (0.40, 0.38, 0.22), (0.30, 0.38, 0.32),
)  # fmt: skip
"""Whether father, mother or grandparent is named, by feed."""


@dataclass(frozen=True)
class Task:
    """One part of a crowd: its number, homes and children, and how to write it."""

    number: int
    homes: Homes
    children: Children
    seed: int
    rates: Rates
    region: str
    first_record: int
    """Record numbers start here; parts are given more room than they need."""
    path: Path


def write(out: Path, children: int, seed: int, *, hard: bool = False, form: str = "csv", errors: float = 1.0,
          region: str = "41", processes: int = 2) -> int:  # fmt: skip
    """Write records and truth below `out`; return the number of records. The same arguments give the same files."""
    out.mkdir(parents=True, exist_ok=True)
    homes, born = families.found(children, seed, region)
    parts = out / ("records.parquet" if form == "parquet" else ".parts")
    shutil.rmtree(parts, ignore_errors=True)
    parts.mkdir()
    tasks = _tasks(homes, born, seed, rates_of(errors, hard), region, parts, form)
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        count = _write_truth(out / f"truth.{form}", pool.map(_write_part, tasks))
    if form == "csv":
        _join(sorted(parts.iterdir()), out / "records.csv")
        shutil.rmtree(parts)
    return count


def _tasks(
    homes: Homes, born: Children, seed: int, rates: Rates, region: str, parts: Path, form: str
) -> Iterator[Task]:
    for number, start in enumerate(range(0, len(homes.home), HOMES_AT_ONCE)):
        some, theirs = families.part(homes, born, start, start + HOMES_AT_ONCE)
        first = int(theirs.child[0]) * 2 * len(rolls.FEEDS)
        yield Task(number, some, theirs, seed, rates, region, first, parts / f"part-{number:05d}.{form}")


def _write_part(task: Task) -> pa.Table:
    """Write one part's records; return their truth."""
    records, truth = draw(task)
    if task.path.suffix == ".csv":
        options = pa.csv.WriteOptions(include_header=task.number == 0, quoting_style="needed")
        pa.csv.write_csv(records, task.path, options)
    else:
        pa.parquet.write_table(records, task.path, compression="zstd")
    return truth


def _write_truth(path: Path, parts: Iterator[pa.Table]) -> int:
    count = 0
    first = next(parts)
    writer = (pa.csv.CSVWriter if path.suffix == ".csv" else pa.parquet.ParquetWriter)(path, first.schema)
    with writer:
        for part in (first, *parts):
            writer.write_table(part)
            count += part.num_rows
    return count


def _join(parts: list[Path], path: Path) -> None:
    with path.open("wb") as out:
        for part in parts:
            with part.open("rb") as stream:
                shutil.copyfileobj(stream, out, 1 << 22)


def draw(task: Task) -> tuple[pa.Table, pa.Table]:
    """Records and truth of one part."""
    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence([task.seed, 1, task.number])))
    dice = Dice(task.seed)
    homes, children, rates = task.homes, task.children, task.rates
    names = naming.name_all(rng, homes, children)
    records = rolls.draw_up(rng, homes, children)
    role = _roles(rng, homes, children, records)
    columns = _cells(rng, dice, task, names, records, role)
    ids = _scattered(task.first_record + np.arange(len(records.child)), 1_103_515_245, task.seed)
    table = {"record_id": pa.array(ids), "feed": pa.array(np.array(rolls.FEEDS)[records.feed])}
    for column in COLUMNS[2:]:
        values, present = columns[column]
        table[column] = _column(rng, values, present, records.has(column), rates)
    truth = {
        "record_id": table["record_id"],
        "child_id": pa.array(_scattered(children.child[records.child], 69_621, task.seed + 1)),
        "household_id": pa.array(_scattered(homes.home[children.home[records.child]], 16_807, task.seed + 2)),
    }
    return pa.table(table), pa.table(truth)


def _cells(
    rng: Rng, dice: Dice, task: Task, names: naming.Names, records: rolls.Records, role: Numbers
) -> dict[str, tuple[Letters, Truths]]:
    """Every column but the first two, each with where it is filled."""
    homes, children, rates = task.homes, task.children, task.rates
    home = children.home[records.child]
    always = np.ones(len(home), dtype=bool)
    unnamed = spelling.unnamed_rows(rng, children, records, rates)
    guardians = numbers.guardian_numbers(homes, children, records, role)
    written, mistyped = numbers.identity_cells(rng, children, records, guardians, unnamed, rates)
    place = facts.residences(rng, homes, children, records)
    ours = families.counties(task.region)
    return {
        "name": (spelling.child_names(rng, names, children, records, unnamed, rates), always),
        "id_number": (written, np.strings.str_len(written) > 0),
        "birth_date": facts.birth_dates(rng, children, records, rates),
        "sex": facts.sexes(rng, children, records, rates),
        "ethnicity": facts.ethnicities(rng, names.ethnicity[children.home], records),
        "residence_code": facts.codes(rng, place[0], ours, records, "residence_code", rates),
        "hukou_code": facts.codes(rng, homes.hukou[home], ours, records, "hukou_code", rates),
        "address": facts.addresses(rng, dice, homes, children, records, place, rates),
        "guardian_name": spelling.guardian_names(rng, names, home, records, role, rates),
        "guardian_id_number": numbers.guardian_cells(rng, records, guardians, rates),
        "guardian_phone": facts.phones(rng, dice, homes, children, records, role, rates),
        **numbers.office_numbers(rng, children, records, written, mistyped, rates),
    }


def _roles(rng: Rng, homes: Homes, children: Children, records: rolls.Records) -> Numbers:
    """Which adult each record names; one home in eight is the grandparents' affair."""
    edges = np.cumsum(np.array(ROLES), axis=1)[records.feed]
    left = (rng.random(len(homes.home)) < 0.12)[children.home[records.child]]
    role: Numbers = (rng.random(len(edges))[:, None] >= edges[:, :2]).sum(axis=1)
    return np.where(left & (rng.random(len(edges)) < 0.7), 2, role)


def _scattered(ids: Numbers, factor: int, seed: int) -> Numbers:
    """Numbers that tell nothing of the order, each once, below PRIME."""
    return (ids * factor + seed * 7_919) % PRIME


def _column(rng: Rng, values: Letters, present: Truths, has: Truths, rates: Rates) -> pa.Array:
    """Arrow column; empty cells are null, or now and then a clerk's word for nothing."""
    filled = present & has
    words = np.flatnonzero(~filled & has & (rng.random(len(has)) < rates.clerk_blank * 10))
    if len(words):
        values = values.astype(f"U{max(2, values.dtype.itemsize // 4)}")
        values[words] = rng.choice(facts.NOTHING, len(words))
        filled[words] = True
    return pa.array(values, mask=~filled)
