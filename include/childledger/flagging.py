"""Flag rules from the command line: what came of each, who is visited, and letting a suspended one send people again.

Counts only: no child, no name, no value of a row.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any

from childledger import db
from childledger.desk import OFFICER, WHY, Add
from childledger.settings import Settings


def commands(add: Add) -> None:
    """Add the commands of flag rules to the parser."""
    add(
        "yield",
        _yield,
        "the yield card: what came of each rule by source and county, which are suspended, and who is visited",
        ("--county", {"help": "six-digit code; all if absent"}),
    )
    add(
        "lift-suspension",
        _lift,
        "let a suspended rule send people again; only visits from now on count",
        ("rule", {"help": "code of the rule"}),
        WHY,
        OFFICER,
    )


def _yield(options: argparse.Namespace, settings: Settings) -> None:
    show(settings, options.county)


def show(settings: Settings, county_code: str | None) -> None:
    """Print the card of one county or all."""
    from childledger.ledger import yields

    with db.transaction(settings.database_url) as conn:
        card, groups = yields.card(conn, county_code), yields.groups(conn, county_code)
        suspended = yields.suspended(conn)
    print("\n\n".join([_card(card), _suspended(suspended), _groups(groups)]))


def _card(card: Iterable[Any]) -> str:
    from childledger.ledger.catalogue import catalogue
    from childledger.summary import table

    titles = {code: verdict.title for code, verdict in catalogue().verdicts.items()}
    head = ("rule", "source", "county", "raised", "visited", "at the desk", "true", "false", "days", "found false by")
    lines = [
        (
            row.flag_code, row.source or "", row.county_code, row.raised, row.visited, row.desk_checked, row.confirmed,
            row.found_false, "" if row.median_days is None else row.median_days,
            ", ".join(f"{titles[code]} {times}" for code, times in sorted(row.verdicts.items())),
        )
        for row in card
    ]  # fmt: skip
    return table([head, *lines], "")


def _suspended(suspended: dict[str, tuple[int, int]]) -> str:
    from childledger.ledger.catalogue import catalogue

    floor = catalogue().floor
    lines = [
        f"suspended to the desk: {code}: true in {confirmed} of {visits} visits, floor {floor.share:.0%};"
        f" childledger lift-suspension {code} --reason REASON --officer NAME"
        for code, (visits, confirmed) in suspended.items()
    ]
    return "\n".join(lines) or f"suspended: none (floor {floor.share:.0%} of at least {floor.least_visits} visits)"


def _groups(groups: Iterable[Any]) -> str:
    from childledger.summary import table

    head = ("rule", "who is visited", "", "children", "raised", "visited", "visits per 100", "true", "of answered")
    lines = [
        (
            row.flag_code or "all", row.dimension, row.value or "not said", row.children, row.raised, row.visited,
            round(100 * row.visited / row.children, 1), row.confirmed, row.answered,
        )
        for row in groups
    ]  # fmt: skip
    return table([head, *lines], "")


def _lift(options: argparse.Namespace, settings: Settings) -> None:
    from childledger.ledger import yields

    with db.transaction(settings.database_url) as conn:
        yields.lift(conn, options.rule, options.reason, options.officer)
    print(f"{options.rule}: lifted; the next refresh and delivery send people again")
