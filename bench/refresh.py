"""What a refresh costs: against copying its own entries and flags into indexed tables, and when little has changed.

`python -m bench.refresh --children 20000` lets eight feeds of an invented province report twice, straight into the
tables the ledger reads, and refreshes on a real PostgreSQL: everything from nothing, everything again as if by other
rules, then one child in a hundred, then nothing. Ratios are of one run on one machine. The reconciliation, the figures
and some checks read the whole ledger each time; the time of all that prove is told beside.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bench.custody import own_server
from bench.told import Row, children, meant, tell
from childledger import contracts, db, ledger
from childledger.ledger import past
from childledger.settings import INCLUDE
from synthprovince import land
from synthprovince.census import take_census
from synthprovince.departments import EXPORTS
from synthprovince.people import Province, found, step

ENDS = (date(2026, 3, 31), date(2026, 6, 30))
ARRIVES_AFTER = timedelta(3)
DAY = date(2026, 7, 10)
PUBLISHED = ("ledger.entry", "ledger.flag")
LIVES_WITH = ("parents", "grandparents", "relatives")
GUARDIANS = ("able", "absent", "ill", "detained")


@dataclass(frozen=True)
class Clock:
    """Seconds of one refresh, of the part of it that proves the ledger, and the children it looked at."""

    seconds: float
    proving: float
    touched: int


def report(conn: Connection, province: Province, numbers: dict[int, int]) -> None:
    """Every feed's files of the province's day."""
    people = take_census(province)
    new = [uid for uid in people["uid"].tolist() if uid not in numbers]
    numbers |= zip(new, children(conn, len(new)), strict=True)
    known = contracts.load_all(INCLUDE / "feeds")
    for feed, export in EXPORTS.items():
        by_county: dict[str, list[Row]] = {}
        for county, uid, row in meant(known[feed], export(province, people)):
            by_county.setdefault(county, []).append(Row(numbers[uid], **row, key=str(uid)))
        for county, rows in sorted(by_county.items()):
            tell(conn, feed, county, province.as_of, rows, province.as_of + ARRIVES_AFTER)


def change(conn: Connection, share: float, day: date) -> None:
    """So many of the children were seen at their doors, and something is told of each."""
    dice = Random(7)
    every = conn.execute(
        sa.text("""
            select child_id, residence_code, hukou_code, birth_date from ledger.profile
            where residence_code is not null order by child_id""")
    ).all()
    by_county: dict[str, list[Row]] = {}
    for child in dice.sample(every, round(share * len(every))):
        facts = {"lives_with": dice.choice(LIVES_WITH), "guardian_status": dice.choice(GUARDIANS)}
        row = Row(child.child_id, child.residence_code, child.hukou_code, child.birth_date, facts)
        by_county.setdefault(child.residence_code, []).append(row)
    for county, rows in by_county.items():
        tell(conn, "civil_affairs.screening", county, day, rows)


def refresh(url: str, day: date, otherwise: bool = False) -> Clock:
    """One refresh, by other rules than the last where so told."""
    with db.transaction(url) as conn:
        if otherwise:
            conn.execute(sa.text("update ledger.refresh set rules_sha256 = 'other' where is_head"))
        began = time.perf_counter()
        ledger.refresh(conn, day)
        ended = time.perf_counter()
        ledger.prove(conn)
        db.run(conn, "ledger/state_reconciliation", as_of=day).all()
        past.figures(conn, day)
        proving = time.perf_counter() - ended
        touched = conn.execute(sa.text("select count(*) from touched")).scalar_one()
    with db.engine(url).connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(sa.text("vacuum analyze"))
    return Clock(ended - began, proving, touched)


def copying(conn: Connection, tables: Sequence[str]) -> float:
    """Seconds to COPY the rows of tables into empty ones with the same columns, checks, keys and indexes."""
    driver = conn.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    seconds = 0.0
    for number, table in enumerate(tables):
        conn.execute(sa.text(f"create table copied{number} (like {table} including all)"))
        with driver.cursor() as cursor:
            with cursor.copy(f"copy {table} to stdout (format binary)".encode()) as copy:
                rows = b"".join(copy)
            began = time.perf_counter()
            with cursor.copy(f"copy copied{number} from stdin (format binary)".encode()) as copy:
                copy.write(rows)
            seconds += time.perf_counter() - began
    return seconds


def told(name: str, clock: Clock) -> str:
    return (
        f"{name:<22}{clock.seconds:7.1f} s, of it {clock.proving:.1f} s proving; {clock.touched:,} children looked at"
    )


def main() -> int:
    """Print times and ratios."""
    parser = argparse.ArgumentParser(prog="python -m bench.refresh", description=__doc__)
    parser.add_argument("--children", type=int, default=20_000)
    parser.add_argument("--counties", type=int, default=8)
    options = parser.parse_args()
    province, numbers = found(7, ENDS[0], options.children, land.choose_counties(options.counties)), dict[int, int]()
    with own_server() as url:
        for end in ENDS:
            province = province if end == province.as_of else step(province, end)
            with db.transaction(url) as conn:
                report(conn, province, numbers)
        first = refresh(url, DAY)
        again = refresh(url, DAY, otherwise=True)
        with db.transaction(url) as conn:
            change(conn, 0.01, DAY + timedelta(1))
        little = refresh(url, DAY + timedelta(1))
        nothing = refresh(url, DAY + timedelta(1))
        with db.transaction(url) as conn:
            counted = [conn.execute(sa.text(f"select count(*) from {table}")).scalar_one() for table in PUBLISHED]
            copied = copying(conn, PUBLISHED)
            conn.rollback()
    print(f"{'ledger':<22}{len(numbers):,} children, {counted[0]:,} entries, {counted[1]:,} flags")
    print(told("everything, first", first))
    print(told("everything, again", again))
    print(told("1 in 100, a day later", little))
    print(told("nothing, the same day", nothing))
    print(f"{'COPY':<22}{copied:7.2f} s of the entries and flags into indexed tables")
    print(f"{'first / COPY':<22}{first.seconds / copied:7.1f}  (bar 2)")
    print(f"{'1 in 100 / again':<22}{little.seconds / again.seconds:7.1%}  (bar 3%)")
    bare = (little.seconds - little.proving) / (again.seconds - again.proving)
    print(f"{'... without proving':<22}{bare:7.1%}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
