"""Three years of a province whose children move: is there a day on which nobody, or two, answered for a child?

`python -m bench.custody` lets departments report what they know of an invented province, month by month, straight into
the tables the ledger reads, and runs the real refresh on a real PostgreSQL. Some counties accept who is offered to
them, some reject, some never answer; numbers are wrongly apart and joined later. Days are counted here anew, from what
was told, and not by the product's own check.
"""

from __future__ import annotations

import argparse
import secrets
import socket
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bench.told import Row, children, meant, tell
from childledger import contracts, db, ledger, places, postgres
from childledger.contracts import Contract
from childledger.settings import INCLUDE
from synthprovince import land
from synthprovince.census import take_census
from synthprovince.departments import EXPORTS
from synthprovince.people import Province, Rates, found, step

MOVING = Rates(moves_within=0.052, other_county=1.0, leaves=0.004, arrives=0.02)
"""About 5% of the children who live here go to another county in a half-year."""
ANSWERS = ("accepts", "accepts", "rejects", "silent")
"""How the counties answer, one after the other."""
REPORTS_EVERY = 3
"""Months between two files of a feed; the feeds take turns."""
MOVE = sa.text("""
    update identity.member as member
    set child_id = pair.whole
    from unnest(cast(:apart as bigint []), cast(:whole as bigint [])) as pair (apart, whole)
    where member.child_id = pair.apart
""")
POINT = sa.text("""
    update identity.child as child
    set merged_into = pair.whole
    from unnest(cast(:apart as bigint []), cast(:whole as bigint [])) as pair (apart, whole)
    where child.child_id = pair.apart
""")
"""Nobody was ever joined to a number that is apart, so that these are all who point to it."""
Slot = tuple[dict[Any, int], Any]
"""Where a number is kept: the book, and the key in it."""
ARRIVES_WITHIN = 12
MISTAKEN = 0.02
"""Share of a feed's children it is not recognised by at first: they get a number of their own, joined months later."""


@dataclass
class World:
    """What the simulation remembers beside the database."""

    province: Province
    dice: Random
    contracts: dict[str, Contract]
    numbers: dict[int, int] = field(default_factory=dict)
    """True child → number."""
    apart: dict[tuple[int, str], int] = field(default_factory=dict)
    """Child and feed whose rows stand under another number for now."""
    told: dict[int, tuple[date, date]] = field(default_factory=dict)
    """Number → first day anybody told of it in the province, and its sixteenth birthday."""
    moved: list[float] = field(default_factory=list)
    """Of each month, the share of the children living here that went to another county."""
    joined: int = 0
    pools: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Count:
    """What came of it."""

    child_days: int
    gaps: int
    overlaps: int
    lines: tuple[str, ...]


def month_ends(first: date, months: int) -> Iterator[date]:
    """Last days of months."""
    for number in range(first.month, first.month + months):
        yield date(first.year + number // 12, number % 12 + 1, 1) - timedelta(1)


def simulate(url: str, people: int, months: int, seed: int = 7) -> Count:
    """Run the months in a migrated, empty database and count."""
    ends = list(month_ends(date(2024, 1, 1), months))
    counties = land.choose_counties(len(ANSWERS))
    known = contracts.load_all(INCLUDE / "feeds")
    world = World(found(seed, ends[0], people, counties), Random(seed), known)
    for month, end in enumerate(ends):
        if month:
            move(world, end)
        with db.transaction(url) as conn:
            _report(conn, world, month)
            join(conn, world)
        with db.transaction(url) as conn:
            ledger.refresh(conn, end + timedelta(ARRIVES_WITHIN))
            answer(conn, world, end + timedelta(ARRIVES_WITHIN))
            if month % 6 == 5:
                world.pools.append(conn.execute(sa.text("select count(*) from ledger.pool")).scalar_one())
    with db.transaction(url) as conn:
        return _count(conn, world, ends[-1] + timedelta(ARRIVES_WITHIN))


def move(world: World, end: date) -> None:
    """The province at the end of another month."""
    before = world.province
    world.province = step(before, end, MOVING)
    was, now = (p.homes["residence"][before.children["home"]] for p in (before, world.province))
    here = sum(code in before.counties for code in was)
    world.moved.append(sum(a != b and a in before.counties for a, b in zip(was, now, strict=True)) / here)


def _report(conn: Connection, world: World, month: int) -> None:
    """The feeds whose turn it is, each county's file a few days after the month."""
    people = take_census(world.province)
    end, counties = world.province.as_of, places.counties()
    for place, (feed, export) in enumerate(EXPORTS.items()):
        if month and (month + place) % REPORTS_EVERY:
            continue
        by_county: dict[str, list[Row]] = {}
        listed = list(meant(world.contracts[feed], export(world.province, people)))
        numbers = numbers_of(conn, world, (uid for _, uid, _ in listed), feed)
        for number, (county, uid, row) in zip(numbers, listed, strict=True):
            if row["residence"] in counties:
                world.told.setdefault(number, (end, _sixteenth(row["birth"])))
            by_county.setdefault(county, []).append(Row(number, **row, key=f"{uid} {number}"))
        for county, rows in sorted(by_county.items()):
            tell(conn, feed, county, end, rows, end + timedelta(world.dice.randrange(ARRIVES_WITHIN)))


def _sixteenth(birth: date) -> date:
    return date(birth.year + 16, birth.month, min(birth.day, 28) if birth.month == 2 else birth.day)


def numbers_of(conn: Connection, world: World, uids: Iterable[int], feed: str) -> list[int]:
    """The numbers a feed's rows of these children come under: mostly a child's own. New ones are made in one go."""
    found, new = list[Slot](), list[Slot]()
    for uid in uids:
        slot: Slot = (world.apart, (uid, feed)) if (uid, feed) in world.apart else (world.numbers, uid)
        if uid not in world.numbers:
            new.append(slot)
        elif slot[0] is world.numbers and world.dice.random() < MISTAKEN:
            slot = world.apart, (uid, feed)
            new.append(slot)
        book, key = slot
        book.setdefault(key, 0)
        found.append(slot)
    for (book, key), number in zip(new, children(conn, len(new)), strict=True):
        book[key] = number
    return [book[key] for book, key in found]


def join(conn: Connection, world: World) -> None:
    """Some of the numbers wrongly apart turn out to be one child."""
    joined = [(key, number) for key, number in world.apart.items() if world.dice.random() < 0.3]
    pairs = {"apart": [number for _, number in joined], "whole": [world.numbers[uid] for (uid, _), _ in joined]}
    conn.execute(MOVE, pairs)
    conn.execute(POINT, pairs)
    for key, number in joined:
        del world.apart[key]
        world.told.pop(number, None)
        world.joined += 1


def answer(conn: Connection, world: World, day: date, within: int = 14) -> None:
    """Officers answer what is open, within so many days, each county in its own way."""
    ways = dict(zip(world.province.counties, ANSWERS, strict=True))
    waiting = conn.execute(sa.text("select offer_id, county_code from ledger.offer where state = 'offered' order by 1"))
    for offer in waiting.all():
        on = day + timedelta(world.dice.randrange(within))
        way = ways.get(offer.county_code, "silent")
        if way == "accepts" or (way == "rejects" and world.dice.random() < 0.5):
            ledger.answer_offer(conn, offer.offer_id, "officer", on)
        elif way == "rejects":
            ledger.answer_offer(conn, offer.offer_id, "officer", on, "not_found")


def _count(conn: Connection, world: World, day: date) -> Count:
    """Every day of every standing number, from when somebody first told of it until it ended for a reason."""
    held: dict[int, list[tuple[date, date, str | None]]] = {}
    rows = conn.execute(
        sa.text(
            "select child_id, lower(period) as since, upper(period) as until, ended_reason, taken from ledger.custody"
        )
    ).all()
    for row in rows:
        held.setdefault(row.child_id, []).append((row.since, row.until or day, row.ended_reason))
    days = gaps = overlaps = 0
    for number, (first, grown) in world.told.items():
        periods = held.get(number, [])
        ended = [until for _, until, reason in periods if reason not in (None, "transferred")]
        for place in range(first.toordinal(), min(max(ended, default=day), grown).toordinal()):
            answering = sum(since.toordinal() <= place < until.toordinal() for since, until, _ in periods)
            days, gaps, overlaps = days + 1, gaps + (answering == 0), overlaps + (answering > 1)
    return Count(days, gaps, overlaps, tuple(_lines(conn, world, Counter(row.taken for row in rows))))


def _lines(conn: Connection, world: World, taken: Counter[str]) -> Iterator[str]:
    offers = conn.execute(sa.text("select state, ended_date - offered_date as days, is_review from ledger.offer")).all()
    states = Counter(row.state for row in offers)
    waited = [row.days for row in offers if row.state == "accepted"]
    reasons = conn.execute(sa.text("select ended_reason, count(*) from ledger.custody group by 1 order by 1")).all()
    by_state = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    officer, rule = taken["officer"], taken["rule"]
    yield f"children           {len(world.told)}, and {world.joined} numbers joined to another"
    yield f"moving             {statistics.mean(world.moved) * 6:.1%} of the children living here in a half-year"
    yield f"transfers          {officer + rule}: {officer} by an officer, {rule} by rule"
    yield f"offers             {len(offers)}: {by_state}; {sum(row.is_review for row in offers)} reviews today"
    yield f"days to acceptance {statistics.median(waited) if waited else 0} (median)"
    yield f"pool               {', '.join(map(str, world.pools))} at the ends of the half-years"
    yield "custody ended      " + ", ".join(f"{count} {reason}" for reason, count in reasons if reason)


@contextmanager
def own_server() -> Iterator[str]:
    """A migrated, empty ledger on a PostgreSQL of its own, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        home, port, password = Path(folder), probe.getsockname()[1], secrets.token_urlsafe(24)
        probe.close()
        try:
            postgres.start(home, port, password)
            admin = postgres.admin_url(port, password)
            with psycopg.connect(admin, autocommit=True) as conn:
                conn.execute("create database custody")
            url = admin.replace("postgresql://", "postgresql+psycopg://").removesuffix("postgres") + "custody"
            db.migrate(url)
            yield url
            db.engine(url).dispose()
        finally:
            postgres.remove(home)


def main() -> int:
    """Print the count; 1 when a day had no county, or two."""
    parser = argparse.ArgumentParser(prog="python -m bench.custody", description=__doc__)
    parser.add_argument("--children", type=int, default=600)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    began = time.monotonic()
    with own_server() as url:
        count = simulate(url, options.children, options.months, options.seed)
    print("\n".join(count.lines))
    print(f"child-days         {count.child_days:,}: {count.gaps} without a county, {count.overlaps} with two")
    print(f"time               {options.months} refreshes, {time.monotonic() - began:.0f} s")
    return int(count.gaps + count.overlaps > 0)


if __name__ == "__main__":
    raise SystemExit(main())
