"""One round: the province moves on, every department drops its files, child directors answer, the truth is kept."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from childledger.contracts import Contract, load_all
from childledger.settings import Settings, today
from synthprovince import land, mishaps, offices, truth, visits
from synthprovince.census import take_census
from synthprovince.chance import Table, size
from synthprovince.departments import EXPORTS
from synthprovince.dirt import handle
from synthprovince.offices import File
from synthprovince.people import Province, found, step

CHILDREN = 7_000
"""About 20,000 rows a round in three counties."""
COUNTIES = 3
SEED = 7
VISITS = "townships.visits"
ANSWERED = ("已见到", "已搬走", "资料核对")


@dataclass
class State:
    """What is remembered between rounds; people are not, they follow from seed and dates."""

    seed: int
    children: int
    counties: int
    as_of: list[str] = field(default_factory=list)
    """Data date of each round so far."""
    answered: list[int] = field(default_factory=list)
    """Queue items no director goes to see again."""
    visited: list[dict[str, Any]] = field(default_factory=list)
    """Visits of the newest data date: a correction of their file has to repeat them."""


@dataclass(frozen=True)
class Dropped:
    """What one round put into the landing zone."""

    number: int
    as_of: date
    counties: tuple[str, ...]
    files: tuple[Path, ...]
    """Below the landing zone, mishaps included."""
    row_count: int
    truth: Path


def drop(
    settings: Settings,
    *,
    seed: int | None = None,
    children: int | None = None,
    counties: int | None = None,
    on: date | None = None,
) -> Dropped:
    """Drop the next round into the landing zone; size and seed count in the first round and stay as they were."""
    path = settings.home / "synthprovince" / "state.json"
    state = _read_state(path) or State(SEED if seed is None else seed, children or CHILDREN, counties or COUNTIES)
    state.as_of.append(next_date(state, on or today()).isoformat())
    contracts = load_all(settings.feeds)
    province = replay(state)
    people = take_census(province)
    lists = {feed: export(province, people) for feed, export in EXPORTS.items()}
    clean = {feed: _copied(rows) for feed, rows in lists.items()} if province.number == 1 else {}
    dirty = {feed: handle(contracts[feed], province.dice, rows, province.number) for feed, rows in lists.items()}
    sent = {feed: _save_by_county(contracts[feed], province, rows, state) for feed, rows in dirty.items()}
    sent[VISITS] = _visit(settings, contracts[VISITS], province, people, state)
    spoiled = _spoil(settings, province, contracts, clean, sent) if province.number == 1 else []
    files = [(feed, file) for feed, saved in sent.items() for file in saved] + spoiled
    folder = truth.folder(settings.home, province.number)
    truth.write_records(folder, province.number, files)
    truth.write_children(folder, people)
    for _, file in files:
        offices.put(settings.landing, file.path, file.content)
    truth.write_json(path, asdict(state))
    rows = sum(size(file.rows) for _, file in files)
    return Dropped(province.number, province.as_of, province.counties, tuple(f.path for _, f in files), rows, folder)


def next_date(state: State, on: date) -> date:
    """Data date of the next round: the last half-year's end first, then yesterday, never going back."""
    if not state.as_of:
        return (date(on.year, 7, 1) if on.month > 6 else date(on.year, 1, 1)) - timedelta(1)
    return max(on - timedelta(1), date.fromisoformat(state.as_of[-1]))


def replay(state: State) -> Province:
    """The province in the newest round of a state."""
    first, *others = map(date.fromisoformat, state.as_of)
    province = found(state.seed, first, state.children, land.choose_counties(state.counties))
    for as_of in others:
        province = step(province, as_of)
    return province


def revision(state: State) -> int:
    """Correction number: rounds of one data date take each other's place. Number 1 of the first date is a mishap's."""
    earlier = state.as_of[:-1].count(state.as_of[-1])
    return earlier + (1 if earlier and state.as_of[-1] == state.as_of[0] else 0)


def _save_by_county(contract: Contract, province: Province, rows: Table, state: State) -> list[File]:
    """A file from every county, a nil return where there is nothing to report."""
    by_county = offices.split(rows)
    none = {name: column[:0] for name, column in rows.items()}
    counties = sorted({*province.counties, *by_county})
    return [_save(contract, province, county, by_county.get(county, none), state) for county in counties]


def _save(contract: Contract, province: Province, county: str, rows: Table, state: State) -> File:
    form = offices.habits(province.dice, contract, county, size(rows))
    name = offices.file_name(contract, county, province.as_of, revision(state), form.file_type, is_nil=not size(rows))
    return offices.save(province.dice, contract, form, county, name, rows)


def _visit(settings: Settings, contract: Contract, province: Province, people: Table, state: State) -> list[File]:
    """Answers to the queues; nobody has a queue in the first round."""
    if not revision(state):
        state.visited = []
    done = {*state.answered, *(int(visit["item_id"]) for visit in state.visited)}
    queued = visits.read_queues(settings.queues) if province.number > 1 else iter(())
    new = visits.answer(province, people, [item for item in queued if item.item_id not in done])
    ended = np.isin(new["visit_outcome"], ANSWERED)
    state.answered = sorted({*state.answered, *map(int, new["item_id"][ended])})
    state.visited += visits.to_records(new)
    return _save_by_county(contract, province, visits.from_records(state.visited), state)


def _spoil(
    settings: Settings,
    province: Province,
    contracts: dict[str, Contract],
    clean: dict[str, Table],
    sent: dict[str, list[File]],
) -> list[tuple[str, File]]:
    scene = mishaps.Scene(province.dice, contracts, province.counties, province.as_of, clean, sent)
    made = dict(mishaps.all_mishaps(scene))
    expected = {name: mishap.described() for name, mishap in made.items()}
    truth.write_json(settings.home / "synthprovince" / "truth" / "mishaps.json", expected)
    return [(mishap.feed, mishap.file) for mishap in made.values()]


def _copied(rows: Table) -> Table:
    return {name: column.copy() for name, column in rows.items()}


def _read_state(path: Path) -> State | None:
    return State(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None
