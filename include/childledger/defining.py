"""Definitions from the command line: which there are, a half-year counted under one, the bridge between two.

Names, counties and counts only.
"""

from __future__ import annotations

import argparse
from datetime import date

from sqlalchemy.engine import Connection

from childledger import db, places
from childledger.desk import Add
from childledger.ledger import bridges, definitions, past
from childledger.settings import Settings, today


def commands(add: Add) -> None:
    """Add the commands of definitions to the parser."""
    add("definitions", _list, "every version of every tier, with its legal basis and from when it is in force")
    half_year = ("--half-year", {"required": True, "help": "for example 2026H1"})
    known = ("--known", {"type": date.fromisoformat, "help": "as this day knew it; as it is known now if absent"})
    add(
        "recount",
        _recount,
        "children of a half-year under any definition, by county",
        ("--version", {"required": True, "help": "name of the definition, as `definitions` lists it"}),
        half_year,
        ("--county", {"help": "six-digit code; all if absent"}),
        known,
    )
    add(
        "bridge",
        _bridge,
        "from the count under one definition to that under another: children out and in, by cause",
        ("--from", {"required": True, "dest": "first", "help": "name of a definition"}),
        ("--to", {"required": True, "dest": "second", "help": "name of a definition"}),
        half_year,
        known,
    )


def _list(options: argparse.Namespace, settings: Settings) -> None:
    for found in definitions.definitions().values():
        since = f"from {found.valid_from}" if found.valid_from else "to compare with"
        print(f"{found.name:<28} {since:<16} {found.title}  {found.legal_basis}  ({found.source})")


def _known(conn: Connection, options: argparse.Namespace) -> int | None:
    refresh_id: int | None = past.find_refresh(conn, options.known).refresh_id if options.known else None
    return refresh_id


def _recount(options: argparse.Namespace, settings: Settings) -> None:
    definition, day = definitions.named(options.version), bridges.last_day(options.half_year, today())
    with db.transaction(settings.database_url) as conn:
        counts = bridges.recount(conn, definition, day, _known(conn, options))
    for code, count in counts.items():
        if options.county in (None, code):
            print(f"{code} {places.county_name(code)}  {count}")
    if not options.county:
        print(f"{definition.name} on {day}: {sum(counts.values())}")


def _bridge(options: argparse.Namespace, settings: Settings) -> None:
    first, second = definitions.named(options.first), definitions.named(options.second)
    day = bridges.last_day(options.half_year, today())
    with db.transaction(settings.database_url) as conn:
        count, steps = bridges.bridge(conn, first, second, day, _known(conn, options))
    lines = [(step.cause, f"-{step.gone}", f"+{step.come}", step.count) for step in steps]
    print(f"{'on ' + str(day):<28}{'out':>10}{'in':>10}{'children':>10}")
    for name, gone, come, total in [
        (first.name, "", "", count),
        *lines,
        (second.name, "", "", steps[-1].count if steps else count),
    ]:
        print(f"{name:<28}{gone:>10}{come:>10}{total:>10}")
