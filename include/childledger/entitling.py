"""Services due, from the command line: the lists, and who is due what without proof."""

from __future__ import annotations

import argparse

from childledger import provinces
from childledger.desk import Add
from childledger.entitlement import lists
from childledger.errors import ContractError
from childledger.settings import Settings, today


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


def _services(options: argparse.Namespace, settings: Settings) -> None:
    known, day = lists.editions(), today()
    if options.action == "check":
        if found := lists.faults(known, day):
            raise ContractError("\n".join(["rules/services:", *found]))
        print(f"{len(known)} lists hold; every city's list covers that of {provinces.province().name}")
        return
    print(f"{provinces.province().name}: {provinces.province().plan}")
    for edition in known:
        mark = "*" if edition is lists.in_force(known, edition.place, day) else " "
        counts = f"{edition.item_count} items, {len(edition.services)} attested, {edition.unknown_count} unknown"
        print(f"{mark} {edition.name:<14}{edition.in_force_from}  {counts}  {edition.title} {edition.document}")


def _entitle(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline

    print(pipeline.entitle(settings) or "the ledger was never refreshed")


def _gaps(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import trace

    print(trace.gaps(settings, options.county))
