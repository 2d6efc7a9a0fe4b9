"""childledger: every stage and every answer from the command line, with the exit codes drawn in errors.py."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from childledger import desk, linking, places
from childledger.desk import OFFICER
from childledger.errors import LedgerError, sealed
from childledger.settings import Settings, today

Command = Callable[[argparse.Namespace, Settings], int | None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code. Errors are one line on stderr, without a value from any row."""
    words = sys.argv[1:] if arguments is None else arguments
    options = _parser(words).parse_args(words)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    try:
        return sealed(_run)(options, Settings.load())
    except LedgerError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return error.exit_code


def _run(options: argparse.Namespace, settings: Settings) -> int:
    if (code := getattr(options, "county", None)) and code not in places.counties():
        raise LedgerError(f"no county of the province has code [{code}]")
    try:
        status: int = options.run(options, settings) or 0
        sys.stdout.flush()
    except BrokenPipeError:  # `childledger pairs | head`; the signal itself would let every closed connection end us
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + 13
    return status


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The commands; those of surfaces that load the database only where `words` name none of the others."""
    parser = argparse.ArgumentParser(prog="childledger", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(name: str, run: Command, about: str, *arguments: tuple[str, dict[str, Any]]) -> None:
        command = commands.add_parser(name, help=about, description=about)
        for argument, options in arguments:
            command.add_argument(argument, **options)
        command.set_defaults(run=run)

    receipt = ("receipt", {"type": int, "help": "receipt number"})
    add("up", _up, "start PostgreSQL and Airflow on this machine")
    add("down", _down, "stop everything this installation started")
    add("watch", _watch, "follow the scheduler until no work is left, then print the summary")
    add("summary", _summary, "print the one-screen summary")
    add("migrate", _migrate, "bring the ledger database up to date")
    add("receive", _receive, "claim and acknowledge every complete drop")
    for stage in ("load", "validate", "gate", "conform", "report"):
        add(stage, _stage(stage), f"run {stage} on one receipt", receipt)
    add("ingest", _ingest, "take every unsettled receipt of a feed through its stages", ("feed", {}))
    add(
        "resolve",
        _resolve,
        "match what waits",
        ("--all", {"action": "store_true", "help": "match everything again"}),
        ("--override", {"metavar": "REASON", "help": "publish although it changes more children than a run may"}),
        OFFICER,
    )
    day = {"type": date.fromisoformat, "default": None, "help": "business date, YYYY-MM-DD; today in Beijing if absent"}
    add("refresh", _refresh, "refresh the ledger in one transaction", ("--as-of", day))
    add("deliver", _deliver, "bring every county's follow-up list up to date")
    add(
        "withdraw",
        _withdraw,
        "take one file back: the ledger becomes what it would be had the file never come",
        receipt,
        ("--reason", {"required": True}),
        OFFICER,
    )
    add("tell", _tell, "bring every sender's correction tickets, effects and scorecards up to date")
    ticket = ("ticket", {"type": int, "help": "ticket number"})
    why = (("--reason", {"required": True}), ("--by", {"required": True, "help": "who gives the answer"}))
    add("contest", _contest, "record that a department says its row is right", ticket, *why)
    outcome = ("outcome", {"choices": ("upheld", "dropped")})
    add("settle-ticket", _settle_ticket, "record an officer's decision on a contested ticket", ticket, outcome, *why)
    county = ("--county", {"help": "six-digit code; all if absent"})
    add("tickets", _tickets, "correction tickets still asked about, those an officer must decide first", county)
    add("scorecard", _scorecard, "print the scorecards", county)
    add("duties", _duties, "warn of children near six months without new evidence; fail when some have passed them")
    add(
        "check",
        _check,
        "read a file as the pipeline would, without a database; exit 0 accepted, 3 in part, 11 rejected",
        ("file", {"type": Path}),
        ("--feed", {"required": True, "help": "feed of the file, <department>.<feed>"}),
        ("--contract", {"type": Path, "help": "any ODCS v3.1 contract, in place of the feed's own"}),
        ("--accepted", {"type": Path, "help": "CSV: line number and contract columns of the accepted rows"}),
        ("--issues", {"type": Path, "help": "JSON lines: one object per finding"}),
        ("--json", {"action": "store_true", "help": "verdict and counts as JSON"}),
    )
    add("verify", _verify, "run every sql/checks/*.sql on the ledger")
    add(
        "register",
        _register,
        "files owed and whether they came: counts, or one line a file with --county, --feed or --overdue",
        ("--as-of", day),
        county,
        ("--feed", {"help": "<department>.<feed>"}),
        ("--overdue", {"action": "store_true", "help": "only what is past its due day"}),
    )
    add(
        "trace",
        _trace,
        "the way of a child back to file and line, or of a receipt forward",
        ("child", {"type": int, "nargs": "?", "help": "child number"}),
        ("--receipt", {"type": int, "help": "receipt number"}),
    )
    desk.commands(add)
    linking.commands(add)
    add("held", _held, "files held back until a person decides, with what each would do")
    word = {"required": True, "help": "why, without any child's data"}
    add(
        "decide",
        _decide,
        "release or refuse a held file",
        receipt,
        ("verdict", {"choices": ("release", "refuse")}),
        ("--reason", word),
        ("--officer", {"required": True}),
    )
    add(
        "explain-query",
        _explain_query,
        "record a department's answer to the queries of one file with one code",
        receipt,
        ("code", {}),
        ("--line", {"type": int, "help": "one line only; 0 for the whole file; all of the code if absent"}),
        ("--text", {"required": True}),
        ("--by", {"required": True}),
    )
    add("explanations", _explanations, "explanations that wait for an officer, with the department's words")
    add(
        "judge-explanation",
        _judge_explanation,
        "accept or refuse an explanation; what is accepted is not asked again",
        ("explanation", {"type": int}),
        ("verdict", {"choices": ("accept", "refuse")}),
        ("--officer", {"required": True}),
        ("--reason", {"default": None, "help": "needed to refuse"}),
    )
    add(
        "feeds",
        _feeds,
        "check every contract and rebuild suites and reference pages; `docs`: write templates and guides for clerks",
        ("action", {"choices": ("docs",), "nargs": "?"}),
        (
            "--out",
            {"type": Path, "help": "with docs: folder to write to; templates/ of home and landing zones if absent"},
        ),
        ("--check", {"action": "store_true", "help": "write nothing; fail on a difference"}),
    )
    add("dictionary", _dictionary, "rebuild docs/reference/tables.md from the comments in the database")
    if not words or words[0] not in commands.choices:
        _load_surfaces(add)
    return parser


def _load_surfaces(add: desk.Add) -> None:
    """Commands of modules that load the database with them, which linking and checking files have no need of."""
    from childledger import clocks, closing, custodian, defining, docketing, entitling, flagging, timeline, visiting

    for surface in (timeline, flagging, entitling, closing, visiting, docketing, custodian, clocks, defining):
        surface.commands(add)


def _say(text: str) -> None:
    print(text, flush=True)


def _up(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import services

    steps = services.up(settings, lambda name: _say(f"  … {name}"))
    for name, seconds in steps.items():
        _say(f"  {name}: {seconds:.1f} s")


def _down(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import services

    services.down(settings, lambda name: _say(f"  … {name}"))


def _watch(options: argparse.Namespace, settings: Settings) -> int:
    from childledger import summary

    return summary.watch(settings, _say)


def _summary(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import summary

    _say(summary.summary(settings))


def _migrate(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import db

    _say(f"applied: {', '.join(db.migrate(settings.database_url)) or 'nothing to do'}")


def _receive(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline

    _say(f"feeds with work: {', '.join(pipeline.receive(settings)) or 'none'}")


def _stage(stage: str) -> Command:
    def run(options: argparse.Namespace, settings: Settings) -> None:
        from childledger import pipeline

        feed = pipeline.feed_of(settings, options.receipt)
        if stage == "report":
            pipeline.report(settings, feed, options.receipt)
        elif feed:
            pipeline.run_stage(settings, stage, feed, options.receipt)

    return run


def _ingest(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline

    _say(f"receipts: {pipeline.ingest(settings, options.feed)}")
    pipeline.index(settings)


def _resolve(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline

    said = (options.officer, options.override) if options.override is not None else None
    _say(str(pipeline.resolve(settings, anyway=options.all, override=said) or "nothing waits"))


def _refresh(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline

    if options.as_of and options.as_of > today():
        raise LedgerError(f"{options.as_of} has not come yet: a ledger at a day to come could not be taken back")
    _say(str(pipeline.refresh(settings, options.as_of)))


def _deliver(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline

    _say(f"new items delivered: {pipeline.deliver(settings)}; lists in {settings.queues}")


def _tell(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline

    _say(str(pipeline.tell_senders(settings)))


def _contest(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline

    pipeline.contest(settings, options.ticket, options.reason, options.by)
    _say(f"ticket {options.ticket} waits for an officer: childledger settle-ticket {options.ticket} upheld|dropped")


def _settle_ticket(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline

    pipeline.settle_ticket(settings, options.ticket, options.outcome, options.reason, options.by)
    _say(f"ticket {options.ticket} is {options.outcome}")


def _tickets(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import trace

    _say(trace.tickets(settings, options.county))


def _scorecard(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline

    _say(pipeline.scorecard(settings, options.county) or "nothing was reported yet")


def _withdraw(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline

    counts = pipeline.withdraw(settings, options.receipt, options.reason, options.officer)
    _say(f"receipt {options.receipt} is withdrawn, the sender and the counties are told; the ledger now: {counts}")


def _duties(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline

    for line in pipeline.watch_duties(settings) or ["no child is near the six months"]:
        _say(line)


def _register(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline, summary

    pipeline.keep_register(settings)
    found = pipeline.list_duties(settings, options.as_of, options.county, options.feed, options.overdue)
    one_by_one = options.county or options.feed or options.overdue
    _say(summary.duties(found) if one_by_one else summary.duties_by_feed(found))


def _check(options: argparse.Namespace, settings: Settings) -> int:
    from childledger import checking

    told = checking.run(settings, options.file, options.feed, options.contract, options.accepted, options.issues)
    _say(checking.as_json(told) if options.json else "\n".join(checking.page(told)))
    return checking.EXITS[told.verdict]


def _verify(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import db, ledger

    with db.transaction(settings.database_url) as conn:
        for name in ledger.verify(conn):
            _say(f"holds: {name}")


def _trace(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import trace

    if (options.child is None) == (options.receipt is None):
        raise LedgerError("name one child number, or --receipt with a receipt number")
    _say(trace.child(settings, options.child) if options.child else trace.receipt(settings, options.receipt))


def _held(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline

    for held in pipeline.list_held(settings) or [{"held": "no file waits for a decision"}]:
        _say("  ".join(f"{name}={value}" for name, value in held.items()))


def _decide(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline

    is_first = pipeline.decide(settings, options.receipt, options.verdict, options.officer, options.reason)
    _say("recorded; the next ingest follows it" if is_first else "another word came first and stands")


def _explain_query(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline

    values = {"line": options.line, "text": options.text, "by": options.by}
    _say(
        f"explanation {pipeline.explain_query(settings, options.receipt, options.code, **values)} waits for an officer"
    )


def _explanations(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline

    for waiting in pipeline.list_explanations(settings) or [{"explanations": "none waits"}]:
        _say("  ".join(f"{name}={value}" for name, value in waiting.items()))


def _judge_explanation(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import pipeline

    values = {"verdict": options.verdict, "officer": options.officer, "reason": options.reason}
    _say(f"recorded; {pipeline.judge_explanation(settings, options.explanation, **values)} queries are answered by it")


def _feeds(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import forms, generate

    if options.action == "docs":
        paths = forms.publish(settings, options.out)
    else:
        paths = generate.feeds(settings, settings.feeds, write=not options.check)
    for path in paths:
        _say(f"written: {path}")


def _dictionary(options: argparse.Namespace, settings: Settings) -> None:
    from childledger import db, generate

    with db.transaction(settings.database_url) as conn:
        _say(f"written: {generate.write_dictionary(conn, settings)}")


if __name__ == "__main__":
    sys.exit(main())
