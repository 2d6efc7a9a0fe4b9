"""Custody from the command line: who answers for a child, what a county is asked, its answers, children nobody took.

Nothing here shows a name; every answer is on record with the account that gave it.
"""

from __future__ import annotations

import argparse
from datetime import date

from childledger.desk import CHILD, Add
from childledger.settings import Settings


def commands(add: Add) -> None:
    """Add the commands of custody to the parser."""
    officer = ("--officer", {"required": True, "help": "account on record"})
    offer = ("offer", {"type": int, "help": "number of the offer"})
    day = ("--on", {"type": date.fromisoformat, "help": "day it holds from, YYYY-MM-DD; today in Beijing if absent"})
    reason = ("--reason", {"required": True, "help": "one of rejection_reasons in rules/custody.yaml"})
    add("custody", _custody, "which county answers for a child, from when; offers and sightings", CHILD)
    add(
        "offers",
        _offers,
        "offers that wait for an answer; where two places see the child, first",
        ("--county", {"help": "six-digit code of the county asked; all if absent"}),
    )
    add("accept-offer", _accept, "take a child over", offer, officer, day)
    add("reject-offer", _reject, "say why the county does not take a child over", offer, reason, officer, day)
    add(
        "pool",
        _pool,
        "children no county asked has taken; their own county answers for them still",
    )


def _custody(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import db
    from childledger.errors import LedgerError
    from childledger.trace import section

    with db.transaction(settings.database_url) as conn:
        found = db.run(conn, "trace/get_child", child_id=options.child).one_or_none()
        if found is None:
            raise LedgerError(f"no child has number [{options.child}]")
        number = found.merged_into or found.child_id
        print(f"child {options.child}" + (f", now child {number}" if found.merged_into else ""))
        print(section("answers for it", db.run(conn, "ledger/list_custody", child_id=number)))
        print(section("offers", db.run(conn, "ledger/list_offers", child_id=number, county_code=None)))
        print(section("seen", db.run(conn, "ledger/list_sightings", child_id=number)))


def _offers(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import db
    from childledger.trace import section

    with db.transaction(settings.database_url) as conn:
        waiting = db.run(conn, "ledger/list_offers", child_id=None, county_code=options.county)
        print(section("offers that wait for an answer", waiting))


def _accept(options: argparse.Namespace, settings: Settings) -> None:
    _answer(options, settings, None)


def _reject(options: argparse.Namespace, settings: Settings) -> None:
    _answer(options, settings, options.reason)


def _answer(options: argparse.Namespace, settings: Settings, rejected_for: str | None) -> None:
    from childledger import db, ledger
    from childledger.settings import today

    with db.transaction(settings.database_url) as conn:
        ledger.answer_offer(conn, options.offer, options.officer, options.on or today(), rejected_for)
    print("recorded; the next refresh follows it")


def _pool(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import db
    from childledger.trace import section

    with db.transaction(settings.database_url) as conn:
        print(section("children nobody took", db.run(conn, "ledger/list_pool")))
