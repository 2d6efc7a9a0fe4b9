"""Dockets from the command line: what was asked of places of the household register, who has it, what they answered.

Nothing here shows a name: dockets and children are numbers, letters and lists are for those who act on them.
"""

from __future__ import annotations

import argparse
from datetime import date, datetime

from childledger import db, followup
from childledger.desk import CHILD, OFFICER, WHY, Add
from childledger.errors import sealed
from childledger.followup import dockets
from childledger.settings import Settings
from childledger.visiting import now, print_rows, within

DOCKET = ("docket", {"type": int, "help": "number of the docket"})


def commands(add: Add) -> None:
    """Add the commands of dockets to the parser."""
    start = (
        "--benefit-start",
        {"type": date.fromisoformat, "help": "day the benefit starts, YYYY-MM-DD; of recognised"},
    )
    county = {"dest": "asked", "metavar": "COUNTY", "help": "six-digit code, of another province too; all if absent"}
    add(
        "dockets",
        _dockets,
        "open requests to places of the household register: who has them, days left",
        ("--county", county),
    )
    add("docket", _docket, "one request: its steps, and the records that speak for it", DOCKET)
    kind = ("kind", {"choices": [*dockets.kinds()]})
    add("open-docket", _open, "ask the place of the household register for a child", CHILD, kind, WHY, OFFICER)
    result = {"required": True, "help": "what became of it"}
    step = ("--result", result | {"choices": dockets.STEP_RESULTS})
    add("docket-step", _step, "record what became of the open step", DOCKET, step, start, WHY, OFFICER)
    code = ("code", {"help": "return code, as the letter prints it"})
    told = ("--result", result | {"choices": ("returned", *dockets.ANSWERS)})
    add("docket-return", _return, "record what the origin answered to a letter", code, told, start, WHY, OFFICER)
    add("docket-origins", _origins, "origins that let a request pass its day, those that never answered first")
    add("follow-dockets", _follow, "open and end what the rules say, write lists and letters")


@sealed
def follow(settings: Settings, at: datetime | None = None) -> dict[str, int]:
    """Open and end requests by the rules, write lists and letters; return how many of each. `at`: now if absent."""
    with db.transaction(settings.database_url) as conn:
        return followup.follow_dockets(conn, settings, at or now())


def _dockets(options: argparse.Namespace, settings: Settings) -> None:
    found = within(settings, lambda conn: dockets.list_waiting(conn, options.asked, now()))
    print_rows(found, "no open docket")


def _docket(options: argparse.Namespace, settings: Settings) -> None:
    docket, steps, evidence = within(settings, lambda conn: dockets.describe(conn, options.docket))
    for rows in ([docket], steps, evidence):
        print_rows(rows, "no record speaks for it")


def _open(options: argparse.Namespace, settings: Settings) -> None:
    said = (options.child, options.kind, options.officer, options.reason)
    number = within(settings, lambda conn: dockets.ask(conn, *said, now()))
    print(f"docket {number} is open; follow-dockets writes its list or letter")


def _step(options: argparse.Namespace, settings: Settings) -> None:
    _answer(options, settings, options.docket)


def _return(options: argparse.Namespace, settings: Settings) -> None:
    _answer(options, settings, options.code)


def _answer(options: argparse.Namespace, settings: Settings, docket: int | str) -> None:
    said = (options.result, options.officer, options.reason, now(), options.benefit_start)
    number = within(settings, lambda conn: dockets.answer(conn, docket, *said))
    print(f"docket {number}: {options.result}")


def _origins(options: argparse.Namespace, settings: Settings) -> None:
    print_rows(within(settings, lambda conn: dockets.count_origins(conn, now())), "every origin is in time")


def _follow(options: argparse.Namespace, settings: Settings) -> None:
    print(follow(settings))
