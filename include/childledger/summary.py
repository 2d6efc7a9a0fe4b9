"""One screen that says what came in, what it became, who must act, and that the numbers add up."""

from __future__ import annotations

import os
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db, intake, ledger, places
from childledger.errors import ServiceError
from childledger.settings import Settings, secret

TELL_EVERY = 8
COUNTIES_SHOWN = 12
STATUSES = ("open", "confirmed", "dismissed", "lapsed")
PATIENCE = 900
"""Seconds `watch` waits for the scheduler before it gives up."""


def watch(settings: Settings, say: Callable[[str], None]) -> int:
    """Follow the scheduler with a line every few seconds until no work is left; print the summary; return 0."""
    began, told = time.monotonic(), -float(TELL_EVERY)
    while (left := work_left(settings)) and (passed := time.monotonic() - began) < PATIENCE:
        if passed - told >= TELL_EVERY:
            say(f"  {passed:4.0f} s  waiting: " + ", ".join(f"{name} {count}" for name, count in left.items()))
            told = passed
        time.sleep(0.5)
    if left:
        raise ServiceError(f"work is left after {PATIENCE} s; see the Airflow grid and {settings.home}/services/*.log")
    say(summary(settings) + split(time.monotonic() - began))
    return 0


def work_left(settings: Settings) -> dict[str, int]:
    """What some stage still has to do, by name; empty when all is done."""
    with db.transaction(settings.database_url) as conn:
        found = dict(db.run(conn, "summary/count_work_left").one()._mapping)
    found = {"drops": sum(1 for _ in intake.list_drops(settings.landing)), **found}
    return {name.replace("_", " "): count for name, count in found.items() if count}


def split(waited: float) -> str:
    """Seconds of a whole `make run`, when make told us when it began."""
    began = os.environ.get("CHILDLEDGER_STARTED_AT")
    if not began:
        return ""
    whole = time.time() - float(began)
    install = float(os.environ.get("CHILDLEDGER_INSTALL_SECONDS") or 0)
    return (
        f"\nTime      install {install:.0f} s · services and demo files {whole - install - waited:.0f} s · "
        f"file to queue {waited:.0f} s · together {whole:.0f} s\n"
    )


def summary(settings: Settings) -> str:
    """The summary as text, about one screen."""
    with db.transaction(settings.database_url) as conn:
        parts = [_files(conn), _rows(conn), _children(conn), _flags(conn), _statement(conn), _stages(conn)]
    return "\n".join(["", *parts, _where(settings)])


def duties(found: Iterable[Any]) -> str:
    """Files owed, one a line."""
    lines = [(d.due_on, d.period_name, _county(d.county_code), d.feed, _duty_state(d), _why(d)) for d in found]
    return table([("due", "period", "county", "feed", "state", ""), *lines], "")


def _duty_state(row: Any) -> str:
    return "NIL, late" if row.state == "NIL" and row.is_late else str(row.state)


def _why(row: Any) -> str:
    if row.excluded_reason:
        return str(row.excluded_reason)
    if row.receipt_id:
        return f"receipt {row.receipt_id} on {row.arrived_on}"
    refused = f"receipt {row.refused_receipt_id} refused" if row.refused_receipt_id else ""
    return refused if row.basis == "official_calendar" else f"{refused} {row.basis}".strip()


def duties_by_feed(found: Iterable[Any]) -> str:
    """Files owed, counted by period, feed and state."""
    counted = Counter((row.due_on, row.period_name, row.feed, row.basis, row.state) for row in found)
    head = ("due", "period", "feed", "due day counted by", "state", "counties")
    return table([head, *((*key, count) for key, count in sorted(counted.items()))], "")


def table(rows: Iterable[tuple[Any, ...]], indent: str = "          ") -> str:
    """Rows as columns of a terminal, where a Chinese character takes two places."""
    lines = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    padded = ("  ".join(c + " " * (w - _width(c)) for c, w in zip(line, widths, strict=True)) for line in lines)
    return "\n".join(indent + line.rstrip() for line in padded)


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _files(conn: Connection) -> str:
    count = {(row.department, row.county_code): row.receipts for row in db.run(conn, "summary/list_files")}
    departments = sorted({department for department, _ in count})
    senders = Counter(county for _, county in count)
    shown = [county for county in sorted(senders) if senders[county] > 1][:COUNTIES_SHOWN]
    body = [(_county(c), *(count.get((d, c), "·") for d in departments)) for c in shown]
    rest = [c for c in senders if c not in shown]
    others = [sum(count.get((d, c), 0) for c in rest) or "·" for d in departments]
    body += [(f"{len(rest)} more places", *others)] if rest else []
    return f"Files received\n{table([('county', *departments), *body])}"


def _county(code: str) -> str:
    return f"{code} {places.county_name(code)}" if code in places.counties() else code


def _rows(conn: Connection) -> str:
    row = db.run(conn, "summary/count_rows").one()
    verdicts = f"{row.accepted_files} accepted, {row.partial_files} in part, {row.nil_files} nil, {row.held_files} held"
    lines = f"{row.accepted_rows} rows accepted, {row.rejected_rows} held back, {row.superseded_rows} superseded"
    return f"Verdicts  {verdicts}, {row.rejected_files} rejected, {row.repeated} delivered twice\nRows      {lines}"


def _children(conn: Connection) -> str:
    routes = ", ".join(f"{row.route} {row.records}" for row in db.run(conn, "summary/list_routes"))
    row = db.run(conn, "summary/count_children").one()
    return (
        f"Children  {row.children} known, {row.monitored} monitored, "
        f"{row.candidates} candidates (six months not proven)\n"
        f"Tiers     {row.statistical} crossed townships, {row.key_care} in key care\n"
        f"Matches   {routes}\nReview    {row.review} pairs wait for a person"
    )


def _flags(conn: Connection) -> str:
    rules = ledger.rules().flags
    counted: dict[str, Counter[str]] = {flag.reason.english: Counter() for flag in rules.values()}
    for row in db.run(conn, "summary/list_flags"):
        counted[rules[row.flag_code].reason.english].update({name: getattr(row, name) for name in STATUSES})
    flags = [(reason, *(count[name] for name in STATUSES)) for reason, count in counted.items() if count]
    items = ", ".join(f"{row.state} {row.items}" for row in db.run(conn, "summary/list_items"))
    header = ("reason", *STATUSES)
    return f"Flags\n{table([header, *flags])}\nQueue     {items or 'empty'}"


def _statement(conn: Connection) -> str:
    head = db.run(conn, "ledger/get_head").one_or_none()
    if head is None:
        return "Statement the ledger was never refreshed"
    lines = [(line["line"], line["went_in"], line["came_out"], line["difference"]) for line in head.statement]
    header = ("went in = came out", "in", "out", "difference")
    return f"Statement refresh {head.refresh_id} as of {head.as_of_date}\n{table([header, *lines])}"


def _stages(conn: Connection) -> str:
    stages = [f"{row.stage} {row.seconds:.1f} s/{row.runs}" for row in db.run(conn, "summary/list_stages")]
    return f"Stages    {', '.join(stages)} (seconds/runs)"


def _where(settings: Settings) -> str:
    password = secret(settings.home, "airflow-admin")
    return (
        f"\nLook at   Airflow http://127.0.0.1:{settings.airflow_port}  user admin  password {password}\n"
        f"          drop files   {settings.landing}/<department>/<county>/inbox\n"
        f"          receipts     {settings.landing}/<department>/<county>/receipts\n"
        f"          validation   {settings.reports}/index.html\n"
        f"          follow-up    {settings.queues}/<county>\n"
    )
