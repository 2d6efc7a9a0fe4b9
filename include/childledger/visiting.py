"""What follows a flag, from the command line: items and who has them, who was told, and what nobody received.

Nothing here shows a name: items and children are numbers, and the lists are for those who go and see.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db, followup
from childledger.desk import OFFICER, WHY, Add
from childledger.settings import BEIJING, Settings

ITEM = ("item", {"type": int, "help": "number of the item, as printed on the list"})
COUNTY = ("--county", {"help": "six-digit code; all if absent"})


def commands(add: Add) -> None:
    """Add the commands of followup to the parser."""
    add("items", _items, "open items: until when, who has them, who above was told", COUNTY)
    add("item", _item, "everything that happened to one item", ITEM)
    add("acknowledge", _acknowledge, "say that an item was seen", ITEM, OFFICER)
    add("claim", _claim, "take an item", ITEM, OFFICER)
    holder = ("holder", {"help": "account that gets it"})
    add("reassign", _reassign, "give an item to somebody else", ITEM, holder, WHY, OFFICER)
    add("return", _return, "give an item back, because you can't go", ITEM, WHY, OFFICER)
    _add_conflicts(add)
    _add_referrals(add)
    _add_outbox(add)


def _add_conflicts(add: Add) -> None:
    add("conflicts", _conflicts, "visits that two files tell differently, with both answers")
    choice = ("choice", {"choices": ("standing", "other"), "help": "the row in force, or the one of the other file"})
    number = ("conflict", {"type": int})
    but = ("--but", {"action": "append", "default": [], "help": "column in which the other of the two is right"})
    add(
        "settle-conflict",
        _settle_conflict,
        "choose between two answers to one visit",
        number,
        choice,
        but,
        WHY,
        OFFICER,
    )


def _add_referrals(add: Add) -> None:
    add("referrals", _referrals, "reports, guardianship, assistance and services that wait for an answer", COUNTY)
    situation = ("--situation", {"help": "as the law names it; left out, the command tells which there are"})
    kind = ("kind", {"help": "see include/rules/referrals.yaml"})
    add("refer", _refer, "tell or ask whoever must act beside the child director", ITEM, kind, situation, WHY, OFFICER)
    add(
        "answer-referral",
        _answer_referral,
        "record what a department or organisation answered",
        ("referral", {"type": int}),
        ("state", {"choices": ("accepted", "done", "declined")}),
        ("--organisation", {"help": "of include/rules/organisations.yaml; only to accept a service"}),
        ("--agreed-by", {"help": "who agreed that the organisation is told who the child is"}),
        WHY,
        OFFICER,
    )


def _add_outbox(add: Add) -> None:
    add(
        "outbox",
        _outbox,
        "what each receiver was told, is owed and refused",
        ("--retry", {"metavar": "NAME", "help": "owe this endpoint its dead letters again"}),
    )
    add(
        "open-endpoint",
        _open_endpoint,
        "tell a system every event from now on, by calls or over an exchange; its key of signature lies in secrets/",
        ("name", {"help": "small letters, digits, - and _"}),
        ("url", {"help": "https://host/path, or amqps://host/vhost#exchange"}),
        COUNTY,
        OFFICER,
    )
    add("close-endpoint", _close_endpoint, "address nothing more to a system", ("name", {}))


def within(settings: Settings, work: Callable[[Connection], Any]) -> Any:
    """Do one piece of work in one transaction."""
    with db.transaction(settings.database_url) as conn:
        return work(conn)


def now() -> datetime:
    """This moment on the clock of Beijing."""
    return datetime.now(BEIJING)


def print_rows(rows: list[dict[str, Any]], none: str) -> None:
    """One line a row, name=value where there is a value; `none` where there is no row."""
    for row in rows or [{"": none}]:
        words = (f"{name}={value}" if name else value for name, value in row.items() if value not in (None, ""))
        print("  ".join(map(str, words)))


def _items(options: argparse.Namespace, settings: Settings) -> None:
    found = within(settings, lambda conn: followup.list_items(conn, options.county))
    print_rows(found, "no open item")


def _item(options: argparse.Namespace, settings: Settings) -> None:
    found = within(settings, lambda conn: followup.list_events(conn, options.item))
    print_rows(found, "nothing happened to it")


def _acknowledge(options: argparse.Namespace, settings: Settings) -> None:
    within(settings, lambda conn: followup.acknowledge(conn, options.item, options.officer, now()))
    print(f"item {options.item} was seen")


def _claim(options: argparse.Namespace, settings: Settings) -> None:
    within(settings, lambda conn: followup.claim(conn, options.item, options.officer, now()))
    print(f"item {options.item} is with {options.officer}")


def _reassign(options: argparse.Namespace, settings: Settings) -> None:
    said = (options.item, options.holder, options.officer, options.reason)
    within(settings, lambda conn: followup.reassign(conn, *said, now()))
    print(f"item {options.item} is with {options.holder}")


def _return(options: argparse.Namespace, settings: Settings) -> None:
    said = (options.item, options.officer, options.reason)
    within(settings, lambda conn: followup.give_back(conn, *said, now()))
    print(f"item {options.item} waits to be given to somebody else: childledger reassign {options.item} HOLDER")


def _conflicts(options: argparse.Namespace, settings: Settings) -> None:
    print_rows(within(settings, followup.list_conflicts), "no answers contradict each other")


def _settle_conflict(options: argparse.Namespace, settings: Settings) -> None:
    said = (options.conflict, options.choice, options.reason, options.officer, options.but)
    within(settings, lambda conn: followup.settle_conflict(conn, *said))
    print("recorded; the next refresh follows it")


def _referrals(options: argparse.Namespace, settings: Settings) -> None:
    found = within(settings, lambda conn: followup.referrals.list_waiting(conn, options.county))
    print_rows(found, "no referral waits")


def _refer(options: argparse.Namespace, settings: Settings) -> None:
    said = (options.item, options.kind, options.situation, options.reason, options.officer)
    made = within(settings, lambda conn: followup.referrals.refer(conn, *said, now()))
    print(f"{made} referrals opened; the next deliver writes their lists")


def _answer_referral(options: argparse.Namespace, settings: Settings) -> None:
    said = (options.referral, options.state, options.reason, options.officer, options.organisation, options.agreed_by)
    within(settings, lambda conn: followup.referrals.answer(conn, *said))
    print(f"referral {options.referral} is {options.state}")


def _outbox(options: argparse.Namespace, settings: Settings) -> None:
    if options.retry:
        revived = within(settings, lambda conn: followup.outbox.retry(conn, options.retry))
        print(f"{revived} dead letters are owed again; the next deliver calls {options.retry}")
    print_rows(within(settings, followup.outbox.counts), "no destination")


def _open_endpoint(options: argparse.Namespace, settings: Settings) -> None:
    said = (options.name, options.url, options.county, options.officer)
    within(settings, lambda conn: followup.outbox.open_endpoint(conn, *said))
    followup.outbox.key_of(settings, options.name)
    secrets = settings.home / "secrets"
    print(f"open; give its owner the key in {secrets / f'endpoint_{options.name}.json'} by a safe way, never by mail")
    if options.url.startswith("amqp"):
        followup.outbox.password_of(settings, options.name)
        password = secrets / f"broker_{options.name}.json"
        print(f"the broker must know the user {options.name} with the password in {password}")


def _close_endpoint(options: argparse.Namespace, settings: Settings) -> None:
    within(settings, lambda conn: followup.outbox.close_endpoint(conn, options.name))
    print("closed; what it is owed stays owed")
