"""Half-years from the command line: who is late and why, one county's account, its signature, its reopening."""

from __future__ import annotations

import argparse
from datetime import date

from childledger.desk import WHY, Add
from childledger.settings import Settings


def commands(add: Add) -> None:
    """Add the commands of rounds to the parser."""
    day = ("--as-of", {"type": date.fromisoformat, "default": None, "help": "YYYY-MM-DD; today in Beijing if absent"})
    name, county = ("round", {"help": "2026H1"}), ("county", {"help": "six-digit code"})
    officer = ("--officer", {"required": True, "help": "account on record"})
    newest = ("round", {"nargs": "?", "help": "2026H1; the newest that is over if absent"})
    add("rounds", _rounds, "the state of every county's half-year, who is late and why", newest, day)
    add(
        "round",
        _round,
        "one county's half-year: reasons, departments, the statement, what was signed",
        name,
        ("--county", {"required": True, "help": "six-digit code"}),
        (
            "--rebuild",
            {"action": "store_true", "help": "count what was signed again; fail unless the bytes are the same"},
        ),
        ("--version", {"type": int, "help": "with --rebuild: signed version; the newest if absent"}),
        day,
    )
    add(
        "tell-count",
        _tell_count,
        "record how many rows a department's own register has of a half-year; one that differs hinders the signature",
        name,
        county,
        ("feed", {"help": "education.enrolment"}),
        ("count", {"type": int, "help": "of all its days where rows are events, of its newest list else"}),
        officer,
        ("--reason", {"required": True, "help": "where it was told: the letter's number, the meeting"}),
    )
    said = (officer, WHY)
    add(
        "close-round",
        _close,
        "sign a county's half-year; refused while a reason stands against it",
        name,
        county,
        *said,
    )
    add("reopen-round", _reopen, "let a signed half-year be signed again; nothing signed is lost", name, county, *said)


def _rounds(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import signoff

    print(signoff.province(settings, options.round, options.as_of))


def _round(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import signoff

    if options.rebuild:
        print(signoff.rebuild(settings, options.round, options.county, options.version))
    else:
        print(signoff.show(settings, options.round, options.county, options.as_of))


def _tell_count(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import signoff

    said = (options.round, options.county, options.feed, options.count, options.officer, options.reason)
    signoff.tell_count(settings, *said)
    print("on record")


def _close(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import signoff

    version = signoff.close(settings, options.round, options.county, options.officer, options.reason)
    print(f"{options.round} of {options.county} is closed by version {version}")


def _reopen(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import signoff

    version = signoff.reopen(settings, options.round, options.county, options.officer, options.reason)
    print(f"{options.round} of {options.county} is open again; version {version} is kept")
