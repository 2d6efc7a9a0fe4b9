"""The review desk from the command line: the queue, people's words, shields, why and since when records are one child.

Nothing here shows a name without a reason on record; every word given needs a reason and an account.
"""

from __future__ import annotations

import argparse
import getpass
import re
from collections.abc import Callable
from pathlib import Path

from childledger.errors import LedgerError
from childledger.settings import Settings

Command = Callable[[argparse.Namespace, Settings], int | None]
Add = Callable[..., None]
"""name, command, help, then (argument, options of argparse) …"""


WHY = ("--reason", {"required": True, "help": "why, without any child's data"})
OFFICER = ("--officer", {"default": getpass.getuser(), "help": "account on record; the one running this if absent"})
CHILD = ("child", {"type": int, "help": "child number"})


def commands(add: Add) -> None:
    """Add the commands of the desk to the parser."""
    add(
        "pairs",
        _pairs,
        "the review queue, most helpful first, masked; or with --show the identity behind one pair, on record",
        ("--most", {"type": int, "default": 20, "help": "how many; 20 if absent"}),
        ("--show", {"type": int, "metavar": "PAIR", "help": "number of the pair; needs --reason"}),
        ("--reason", {"default": "", "help": "why you must see who they are"}),
        OFFICER,
    )
    _add_words(add)
    _add_answers(add)


def _add_words(add: Add) -> None:
    add(
        "judge",
        _judge,
        "record a reviewer's word on two records",
        ("left", {"type": int}),
        ("right", {"type": int}),
        ("verdict", {"choices": ("SAME", "DIFFERENT", "UNSURE")}),
        WHY,
        ("--reviewer", {"required": True}),
    )
    judgement = ("judgement", {"type": int, "help": "number of the judgement"})
    add("undo-judgement", _undo, "take a judgement back; it stays on record", judgement, WHY, OFFICER)
    add("confirm-judgement", _confirm, "be the second account a shielded child needs", judgement, WHY, OFFICER)
    state = ("state", {"choices": ("shielded", "unknown", "open")})
    add(
        "shield",
        _shield,
        "say whether a child must be shielded; unknown counts as shielded",
        CHILD,
        state,
        WHY,
        OFFICER,
    )


def _add_answers(add: Add) -> None:
    add("history", _history, "what happened to a child number: merges, splits, records from when to when, words", CHILD)
    add(
        "explain",
        _explain,
        "why the records of a child are one child, or how two records compare; masked",
        ("subject", {"help": "child number, or two record numbers as LEFT-RIGHT"}),
        (
            "--chart",
            {"type": Path, "metavar": "FILE.svg", "help": "also draw what was weighed as a waterfall, or what agrees"},
        ),
    )


def _pairs(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline, trace

    if options.show is None:
        print(trace.pairs(settings, options.most))
        return
    shown = pipeline.disclose(settings, options.show, options.reason, options.officer)
    print(trace.section(f"pair {options.show}", shown))


def _judge(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline

    word = (options.left, options.right, options.verdict, options.reason, options.reviewer)
    print(_told(*pipeline.judge_records(settings, *word)))


def _undo(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline

    waits = pipeline.undo_judgement(settings, options.judgement, options.reason, options.officer)
    print(_told(options.judgement, waits))


def _told(judgement: int, waits: bool) -> str:
    if waits:
        return (
            f"judgement {judgement} touches a shielded child and waits for a second account:"
            f" childledger confirm-judgement {judgement} --reason REASON --officer NAME"
        )
    return f"recorded as judgement {judgement}; the next resolve follows it"


def _confirm(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline

    pipeline.confirm_judgement(settings, options.judgement, options.reason, options.officer)
    print("confirmed; the next resolve follows it")


def _shield(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline

    pipeline.shield(settings, options.child, options.state, options.reason, options.officer)
    print(f"child {options.child}: {options.state}")


def _history(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import trace

    print(trace.history(settings, options.child))


def _explain(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import explaining

    named = re.fullmatch(r"(\d+)(?:-(\d+))?", options.subject)
    if named is None:
        raise LedgerError("name one child number, or two record numbers as LEFT-RIGHT")
    first, second = int(named[1]), int(named[2]) if named[2] else None
    print(explaining.pair(settings, first, second) if second else explaining.child(settings, first))
    if options.chart:
        options.chart.write_bytes(explaining.draw(settings, first, second))
