"""The ledger's clocks from the command line: what any day was like as any later day knew it, and who is due when.

Ids, codes, counts and days only; nothing here shows a value of a child.
"""

from __future__ import annotations

import argparse
import json
from datetime import date

from childledger import db, trace
from childledger.desk import OFFICER, WHY, Add
from childledger.errors import LedgerError
from childledger.ledger import duty, past
from childledger.settings import Settings, today


def commands(add: Add) -> None:
    """Add the commands of the clocks to the parser."""
    add(
        "as-of",
        _as_of,
        "a child, a county or the whole report on one day as another day knew it, and whether a report is as published",
        ("subject", {"choices": ("child", "county", "report")}),
        ("number", {"type": int, "nargs": "?", "help": "child number or county code"}),
        ("--valid", {"type": date.fromisoformat, "help": "day the answer is about; that of the refresh if absent"}),
        (
            "--known",
            {
                "type": _known,
                "required": True,
                "help": "day (its end in Beijing) or number of the refresh that is asked",
            },
        ),
    )
    add(
        "forecast",
        _forecast,
        "children due in each of the coming 26 weeks by village and duty; the first week has what is overdue",
        ("--county", {"help": "six-digit code; all if absent"}),
    )
    add(
        "except-duty",
        _except,
        "answer by name for a child nothing new is known of, so that its round can close",
        ("child", {"type": int, "help": "child number"}),
        WHY,
        OFFICER,
        ("--until", {"type": date.fromisoformat, "required": True, "help": "last day it holds"}),
    )


def _known(text: str) -> date | int:
    return int(text) if text.isdigit() else date.fromisoformat(text)


def _as_of(options: argparse.Namespace, settings: Settings) -> None:
    if (options.number is None) != (options.subject == "report"):
        raise LedgerError("name a child number or a county code; a report is of all counties")
    with db.transaction(settings.database_url) as conn:
        refresh = past.find_refresh(conn, options.known)
        valid = options.valid or refresh.as_of_date
        print(f"{options.subject} on {valid} as refresh {refresh.refresh_id} knew it ({refresh.refreshed_at})")
        if options.subject == "child":
            told = past.child(conn, options.number, valid, refresh.refresh_id)
            print("\n".join(trace.section(title, rows) for title, rows in told.items()))
            return
        figures = past.figures(conn, valid, refresh.refresh_id)
    if options.subject == "county":
        print(json.dumps(json.loads(figures)["counties"].get(str(options.number), {}), indent=2, ensure_ascii=False))
        return
    print(figures)
    if valid == refresh.as_of_date:
        print("the same bytes as published" if figures == refresh.figures else "NOT what was published")


def _forecast(options: argparse.Namespace, settings: Settings) -> None:
    with db.transaction(settings.database_url) as conn:
        told = duty.forecast(conn, today(), options.county)
    for place, weeks in told.items():
        print("  ".join((*place, f"peak={max(weeks)}  mean={sum(weeks) / len(weeks):.1f}", " ".join(map(str, weeks)))))


def _except(options: argparse.Namespace, settings: Settings) -> None:
    with db.transaction(settings.database_url) as conn:
        number = duty.grant(conn, options.child, options.reason, options.officer, today(), options.until)
    print(f"exception {number}: {options.officer} answers for child {options.child} until {options.until}")
