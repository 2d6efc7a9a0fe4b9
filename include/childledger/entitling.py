"""Services due, from the command line: the lists, and who is due what without proof."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from childledger import db, editions, provinces
from childledger.desk import Add
from childledger.errors import ContractError
from childledger.settings import Settings, today

if TYPE_CHECKING:
    import pandas as pd


def commands(add: Add) -> None:
    """Add the commands of the services due to the parser."""
    add(
        "services",
        _services,
        "the service lists by place and edition; `check`: fail where a list says less than its province's",
        ("action", {"choices": ("check",), "nargs": "?"}),
    )
    add("entitle", _entitle, "bring the services due to the published ledger, write page and lists of gaps")
    county = ("--county", {"help": "six-digit code; one line a gap, by child number; counts of every county if absent"})
    add("gaps", _gaps, "services due without proof, as of the newest entitle", county)
    add(
        "seats",
        _seats,
        "pupils to expect by area and grade in the next three Septembers, with intervals, against seats",
        ("--seats", {"type": Path, "help": "CSV: area (county code), grade (1 to 9), seats"}),
        ("--by-township", {"action": "store_true", "help": "areas are `county township`, as far as surveys tell"}),
        ("--out", {"type": Path, "help": "CSV of everything; the screen shows totals by area and September"}),
    )


def _services(options: argparse.Namespace, settings: Settings) -> None:
    known, day, served = editions.editions(), today(), provinces.province()
    if options.action == "check":
        if found := editions.faults(known, day):
            raise ContractError("\n".join(["rules/services:", *found]))
        cities = [edition.name for edition in known if edition.place.isdigit()]
        covered = f"cover that of {served.name}: {', '.join(cities)}" if cities else "none is a city's"
        print(f"{len(known)} lists hold; {covered}")
        return
    print(f"{served.name}: {served.plan}; {served.signatories} departments, {len(served.departments)} known by name")
    for edition in known:
        mark = "*" if edition is editions.in_force(known, edition.place, day) else " "
        counts = f"{edition.item_count} items, {len(edition.services)} attested, {edition.unknown_count} unknown"
        print(f"{mark} {edition.name:<14}{edition.in_force_from}  {counts}  {edition.title} {edition.document}")


def _entitle(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline

    print(pipeline.entitle(settings) or "the ledger was never refreshed")


def _gaps(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import trace

    print(trace.gaps(settings, options.county))


def expect_pupils(settings: Settings, file: Path | None, *, by_township: bool) -> pd.DataFrame:
    """Pupils by area, grade and September beside the seats of a file, as entitlement.seats tells them."""
    from childledger.entitlement import seats

    with db.transaction(settings.database_url) as conn:
        expected = seats.expect(seats.read_history(conn, by_township=by_township), today())
    return seats.against(expected, seats.read_seats(file) if file else {})


def _seats(options: argparse.Namespace, settings: Settings) -> None:
    from childledger.entitlement import seats

    told = expect_pupils(settings, options.seats, by_township=options.by_township)
    if options.out:
        told.round(1).to_csv(options.out, index=False)
    print(seats.total(told).round(0).to_string())
